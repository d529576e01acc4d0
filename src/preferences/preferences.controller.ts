import { Body, Controller, Get, Headers, Ip, Patch, Put, Query } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiNotFoundResponse } from '@nestjs/swagger';
import { Allow, inbox, staff, user } from '../auth/allow.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { DomainError, notFound } from '../http/domain.error.js';
import { PreferencesQuery, PreferencesView } from './preferences.dto.js';
import type { Origin } from './preferences.ledger.js';
import { PreferencesService } from './preferences.service.js';

const PATHS = ['notifications/preferences', 'notifications/notifications/preferences'];

/** Dynamic by nature: the names come from the catalogue. */
const BODY = {
  description:
    'Flat names or the `matrix`, `quiet_hours`, `time_zone`, `locale`, `paused_until`; `wording` is what was read.',
  schema: { type: 'object' as const, additionalProperties: true },
};

const LANGUAGE = 'accept-language';

@ApiNotFoundResponse({ description: 'It is not yours to ask for.' })
@ApiHeader({
  name: LANGUAGE,
  required: false,
  description: "The language of labels and sentences in the answer; else the person's.",
})
@Controller(PATHS.flatMap((path) => [path, `${path}/me`]))
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  /** Shows what the person wants to be told of, through which channels, and when. */
  @Get()
  @Allow(inbox(), staff('preferences:read'))
  get(
    @CurrentCaller() caller: Caller,
    @Query() query: PreferencesQuery,
    @Headers(LANGUAGE) accepted?: string,
  ): Promise<PreferencesView> {
    return this.preferences.view(personOf(caller, query), accepted);
  }

  /** Sets all preferences. What is left out is open again, as if the person had said nothing of it. */
  @Put()
  @Allow(user(), staff('preferences:write'))
  @ApiBody(BODY)
  async put(
    @CurrentCaller() caller: Caller,
    @Query() query: PreferencesQuery,
    @Body() body: Record<string, unknown>,
    @Ip() ip: string,
    @Headers(LANGUAGE) accepted?: string,
  ): Promise<PreferencesView> {
    const person = personOf(caller, query);
    await this.preferences.replace(person, body, originOf(caller, ip));
    return this.preferences.view(person, accepted);
  }

  /** Sets the preferences that are named, by flat name or in the matrix. */
  @Patch()
  @Allow(inbox(), staff('preferences:write'))
  @ApiBody(BODY)
  async patch(
    @CurrentCaller() caller: Caller,
    @Query() query: PreferencesQuery,
    @Body() body: Record<string, unknown>,
    @Ip() ip: string,
    @Headers(LANGUAGE) accepted?: string,
  ): Promise<PreferencesView> {
    const person = personOf(caller, query);
    await this.preferences.merge(person, body, originOf(caller, ip));
    return this.preferences.view(person, accepted);
  }
}

/** A person's own; services and staff say whose. */
function personOf(caller: Caller, { user: asked }: PreferencesQuery): string {
  if (caller.kind === 'user') {
    if (asked === undefined || asked === caller.userId || caller.staff) return asked ?? caller.userId;
    throw notFound('user.not-found', `Nobody has the id "${asked}".`);
  }
  if (asked !== undefined) return asked;
  const detail = 'An API key belongs to nobody: say whose preferences are meant, as ?user=42.';
  throw new DomainError({
    status: 400,
    code: 'preferences.whose',
    detail,
    errors: [{ pointer: '/user', code: 'field.required', detail }],
  });
}

/** A person's address says where a choice was made; a service's own says nothing of it. */
function originOf(caller: Caller, ip: string): Origin {
  if (caller.kind === 'service') return { source: 'api', detail: { service: caller.id } };
  return { source: 'form', ip, detail: caller.kind === 'user' ? { by: caller.userId } : {} };
}
