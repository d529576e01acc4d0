/** What a browser needs to open its live inbox. */
export class RealtimeTokenDto {
  /**
   * Opens this person's live connections and nothing else.
   * @example 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl'
   */
  token!: string;

  /** @example 'wss://notify.example.com' */
  ws_base_url!: string;

  endpoints!: RealtimeEndpointsDto;

  /**
   * Seconds.
   * @example 900
   */
  expires_in!: number;

  /** @example '42' */
  user_id!: string;
}

/** Paths below `ws_base_url`. */
export class RealtimeEndpointsDto {
  /**
   * Bare WebSocket: `{ws_base_url}{notifications}?token={token}`.
   * @example '/ws/notifications/'
   */
  notifications!: string;

  /**
   * The namespace for socket.io, with the token in `auth.token`.
   * @example '/notifications'
   */
  socket_io_namespace!: string;

  /** @example '/socket.io/' */
  socket_io_path!: string;
}
