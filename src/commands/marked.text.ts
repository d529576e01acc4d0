import type { Character } from '../sms/costly.js';

const WIDEST = 76;
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana})/u;

/** The text in lines that fit a terminal, each with a line of carets under the characters that cost. */
export function markedLines(characters: readonly Character[]): string[] {
  return wrapped(characters).flatMap((line) => {
    const carets = line.map(({ text, costly }) => (costly ? '^' : ' ').repeat(widthOf(text))).join('');
    const words = line.map(({ text }) => text).join('');
    return carets.trim() === '' ? [words] : [words, carets.trimEnd()];
  });
}

function wrapped(characters: readonly Character[]): Character[][] {
  const lines: Character[][] = [[]];
  let width = 0;
  for (const character of characters) {
    const wide = widthOf(character.text);
    if (character.text === '\n' || width + wide > WIDEST) {
      lines.push([]);
      width = 0;
    }
    if (character.text !== '\n') lines.at(-1)?.push(character);
    width += wide;
  }
  return lines;
}

/** Columns of a terminal, which gives none to marks above and below and two to wide characters. */
const widthOf = (character: string) =>
  Array.from(character).reduce((width, one) => width + columnsOf(one), 0);

const columnsOf = (one: string) => (/^[\p{Mn}\p{Me}\p{Cf}\n]/u.test(one) ? 0 : WIDE.test(one) ? 2 : 1);
