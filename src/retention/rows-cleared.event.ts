/** Rows have lost their words (`content`) or are gone (`metadata`), since their time was over. Emitted after the commit. */
export class RowsCleared {
  constructor(
    readonly term: 'content' | 'metadata',
    readonly table: string,
    readonly count: number,
  ) {}
}
