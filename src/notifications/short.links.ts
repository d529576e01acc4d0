import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Secrets } from '../auth/secrets.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { AppSettings } from '../config/app.settings.js';
import { type LinkedCell, UnsubscribeLinks } from '../preferences/unsubscribe.links.js';

/** Crockford's base 32, as in references: it survives being typed from a screen. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAY_LENGTH = 3;
/** 25 bits: enough for a link that shows nothing of the person, and only together with a reference that exists. */
const MARK_LENGTH = 5;

const REFERENCE = /^NOTIF(\d{4})(\d\d)(\d\d)([0-9A-Z]{8})$/;
const CODE = /^([0-9A-HJKMNP-TV-Z]{3})([0-9A-HJKMNP-TV-Z]{8})([0-9A-HJKMNP-TV-Z]{5})$/;

/**
 * Links that fit into a text, to the choice that the notification's category is for the channel it came by. They are
 * made of the reference, so that nothing is stored for them; they end with the notification.
 */
@Injectable()
export class ShortLinks {
  constructor(
    private readonly database: DataSource,
    private readonly secrets: Secrets,
    private readonly settings: AppSettings,
    private readonly links: UnsubscribeLinks,
    private readonly channels: ChannelRegistry,
  ) {}

  urlFor(reference: string, channel: string): string {
    return `${this.settings.publicUrl}/s/${codeOf(reference)}${this.markOf(reference, channel)}`;
  }

  /** The page of the choice. Where the code is not one of ours, or the notification is gone, it is for it to say so. */
  async open(code: string): Promise<string> {
    const cell = await this.cellOf(code);
    return cell ? this.links.urlFor(cell) : `${this.settings.publicUrl}/u/unknown`;
  }

  private async cellOf(code: string): Promise<LinkedCell | undefined> {
    const [, day, number, mark] = CODE.exec(typed(code)) ?? [];
    if (day === undefined || number === undefined) return undefined;
    const reference = `NOTIF${dateOf(day)}${number}`;
    const channel = this.channels.all().find(({ name }) => this.markOf(reference, name) === mark);
    if (!channel) return undefined;
    const [row] = await this.database.query<{ userId: string; category: string }[]>(
      `SELECT user_id AS "userId", category FROM notifications WHERE reference = $1`,
      [reference],
    );
    return row && { ...row, channel: channel.name };
  }

  private markOf(reference: string, channel: string): string {
    const mac = this.secrets.mac('short-link', `${channel} ${reference}`);
    return digitsOf(mac.readUInt32BE() >>> 7, MARK_LENGTH);
  }
}

/** Of a plan that is only tried out there is no reference yet: as long, and leading nowhere. */
function codeOf(reference: string): string {
  const [, year, month, day, number] = REFERENCE.exec(reference) ?? [];
  if (number === undefined) return '0'.repeat(DAY_LENGTH + 8);
  const days = (Date.UTC(Number(year), Number(month) - 1, Number(day)) - FIRST_DAY) / DAY_MS;
  return digitsOf(days, DAY_LENGTH) + number;
}

function dateOf(code: string): string {
  const days = Array.from(code).reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0);
  return new Date(FIRST_DAY + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

function digitsOf(value: number, length: number): string {
  let [digits, rest] = ['', value];
  for (; digits.length < length; rest = Math.floor(rest / 32)) digits = (DIGITS[rest % 32] ?? '') + digits;
  return digits;
}

/** As a person may have typed it. */
const typed = (code: string) => code.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
