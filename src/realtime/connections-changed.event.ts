/** So many connections to the live inbox this process has now. */
export class ConnectionsChanged {
  constructor(readonly open: number) {}
}
