import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Several questions, answered as of one moment: what is committed in between is in none of the answers. */
@Injectable()
export class Snapshot {
  constructor(private readonly database: DataSource) {}

  /**
   * @param questions on this one connection, one after the other; meanwhile nothing may wait for another connection of
   * the pool
   */
  read<T>(questions: (on: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction('REPEATABLE READ', questions);
  }
}
