import { describe, expect, it } from 'vitest';
import { figuresOf, spreadOf } from '../bench/figures.js';
import { Journal } from '../bench/journal.js';
import { emailOf, markerOf, personBehind, phoneOf, seqIn, userIdOf } from '../bench/marker.js';

/** Ten notifications for four people, of whom two have a browser open. */
const journalOf = () => new Journal(10, 4, 2);

function delivered(journal: Journal, seq: number, start: number): void {
  journal.send(seq, start);
  journal.accept(seq);
  journal.receive('sms', seq, seq % 4, start + 10);
  journal.receive('email', seq, seq % 4, start + 20);
  if (seq % 4 < 2) journal.receive('socket', seq, seq % 4, start + 5);
}

describe('the load driver', () => {
  it('finds a notification and a person again by what the words and addresses say', () => {
    expect(seqIn(`LaundryConnect: Your order ${markerOf(48_213)} is confirmed.`)).toBe(48_213);
    expect(seqIn('LaundryConnect: Your order is confirmed.')).toBeUndefined();
    expect([phoneOf(17), emailOf(17), userIdOf(17)].map(personBehind)).toEqual([17, 17, 17]);
    expect(personBehind('somebody@example.com')).toBe(-1);
  });

  it('counts as complete what came everywhere where it should', () => {
    const journal = journalOf();
    for (let seq = 0; seq < 10; seq += 1) delivered(journal, seq, 1000 + seq * 10);
    const figures = figuresOf(journal, 0, 10);
    expect(journal.outstanding).toBe(0);
    expect(figures).toMatchObject({ sent: 10, accepted: 10, refused: 0, completed: 10 });
    expect(figures.lost).toEqual({ sms: 0, email: 0, socket: 0 });
    // The last mail comes 110 ms after the first request.
    expect(figures.completedPerSecond).toBeCloseTo(10_000 / 110);
    expect(figures.latency.email).toEqual({ p50: 20, p95: 20, p99: 20, max: 20 });
  });

  it('names the channel in which one is lost, and asks for no browser that is not open', () => {
    const journal = journalOf();
    journal.send(3, 1000);
    journal.accept(3);
    journal.receive('email', 3, 3, 1020);
    expect(journal.outstanding).toBe(1);
    expect(figuresOf(journal, 3, 4)).toMatchObject({ completed: 0, lost: { sms: 1, email: 0, socket: 0 } });
  });

  it('counts what comes twice, to another person, or for nobody', () => {
    const journal = journalOf();
    delivered(journal, 1, 1000);
    journal.receive('sms', 1, 1, 1100);
    journal.receive('socket', 1, 0, 1100);
    journal.receive('email', 7, 3, 1100);
    journal.receive('email', undefined, 3, 1100);
    expect(journal.doubled).toEqual({ sms: 1, email: 0, socket: 1 });
    expect(journal.misdirected).toBe(1);
    expect(journal.strangers).toBe(2);
  });

  it('waits for nothing of a request that was refused', () => {
    const journal = journalOf();
    journal.send(0, 1000);
    expect(journal.outstanding).toBe(0);
    expect(figuresOf(journal, 0, 1)).toMatchObject({ sent: 1, accepted: 0, refused: 1 });
  });

  it('takes what came before the answer as come', () => {
    const journal = journalOf();
    journal.send(2, 1000);
    journal.receive('sms', 2, 2, 1010);
    journal.receive('email', 2, 2, 1010);
    journal.accept(2);
    expect(journal.outstanding).toBe(0);
  });

  it('tells percentiles that were measured', () => {
    const times = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(spreadOf(times)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
    expect(spreadOf([])).toBeUndefined();
  });
});
