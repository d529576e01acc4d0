import { Injectable, Module } from '@nestjs/common';
import { bad, Checkup, type Finding, good } from '../checkups/checkup.js';
import { DatabaseCheckupModule } from '../database/database.checkup.js';
import { ShortConnection } from '../database/short.connection.js';

/** Whether there are words for what can be told. */
@Injectable()
class TemplatesCheckup extends Checkup {
  override readonly subject = 'Templates';

  constructor(private readonly connection: ShortConnection) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const count = await this.connection
      .use(async (client) => {
        const { rows } = await client.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM notification_types',
        );
        return rows[0]?.count ?? 0;
      })
      .catch(() => undefined);
    const load = '`npm run cli -- load-templates` brings them; the next start does so, too.';
    if (count === undefined)
      return [bad('templates.unknown', 'They cannot be read.', 'Mend the database first.', 'unreachable')];
    if (count === 0) return [bad('templates.none', 'None are loaded: nothing can be told.', load)];
    return [good('templates.loaded', `${count} types are loaded.`)];
  }
}

@Module({ imports: [DatabaseCheckupModule], providers: [TemplatesCheckup] })
export class TemplatesCheckupModule {}
