/** What stands around the words of a mail. */
export interface LayoutWords {
  readonly lang: string;
  readonly why: (brand: string) => string;
  readonly wayOut: string;
  readonly choose: string;
}

const EN: LayoutWords = {
  lang: 'en',
  why: (brand) => `You get this e-mail because you have an account with ${brand}.`,
  wayOut: 'Unsubscribe from e-mails like this',
  choose: 'Choose what you get',
};
const HI: LayoutWords = {
  lang: 'hi',
  why: (brand) => `यह ई-मेल आपको इसलिए मिला है क्योंकि ${brand} पर आपका खाता है।`,
  wayOut: 'ऐसे ई-मेल पाना बंद करें',
  choose: 'चुनें कि आपको क्या मिले',
};
const TA: LayoutWords = {
  lang: 'ta',
  why: (brand) => `${brand} இல் உங்களுக்கு கணக்கு இருப்பதால் இந்த மின்னஞ்சல் வந்துள்ளது.`,
  wayOut: 'இதுபோன்ற மின்னஞ்சல்களை நிறுத்துக',
  choose: 'உங்களுக்கு எவை வர வேண்டும் என்பதைத் தேர்ந்தெடுக்கவும்',
};

export const LAYOUT_WORDS: readonly LayoutWords[] = [EN, HI, TA];

/** In English where a language has none of its own, or a row of an older version names none. */
export const layoutWordsFor = (locale = 'en'): LayoutWords =>
  LAYOUT_WORDS.find(({ lang }) => locale === lang || locale.startsWith(`${lang}-`)) ?? EN;
