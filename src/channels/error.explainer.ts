import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ErrorView } from '../deliveries/error.view.js';
import { Explanations, type Failed } from '../deliveries/explanations.js';
import { ChannelRegistry } from './channel.registry.js';
import { FAILURES, type FailureKind } from './failures.js';

/** Ends that say of which class the failures before them were. */
const REASONS: Readonly<Record<string, FailureKind>> = {
  attempts_exhausted: 'not_accepted',
  unreachable: 'maybe_later',
  unknown_outcome: 'ambiguous',
};

/** Explains codes by the channels' own tables; what none of them has, by the class that it was sorted into. */
@Injectable()
export class ErrorExplainer implements OnModuleInit {
  constructor(
    private readonly explanations: Explanations,
    private readonly channels: ChannelRegistry,
  ) {}

  onModuleInit(): void {
    this.explanations.from((failed) => this.explain(failed));
  }

  private explain({ channel, provider, errorCode, errorMessage, reason }: Failed): ErrorView {
    const code = errorCode ?? '';
    const known = this.channels.find(channel)?.explain?.(code, provider);
    if (known) return { code, ...known };
    const kind = kindOf(reason ?? '');
    const sentence = errorMessage ?? (kind ? FAILURES[kind].says : 'The provider did not say why.');
    return { code, class: kind ?? null, sentence, cure: kind ? FAILURES[kind].cure : null };
  }
}

const kindOf = (reason: string): FailureKind | undefined =>
  Object.hasOwn(FAILURES, reason) ? (reason as FailureKind) : REASONS[reason];
