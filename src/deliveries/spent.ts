/**
 * What deliveries have cost, as rows that can be added up within a currency: SQL. One for each message that a provider
 * has taken, with the last charge for it, and one with money alone for each attempt that was charged before.
 * @param deliveries a table, or a query in parentheses; it is read twice
 */
export const spentOn = (deliveries: string): string => `
  SELECT created_at, type, category, channel, coalesce(country, 'unknown') AS country,
         coalesce(provider, 'unknown') AS provider, CASE WHEN charged IS NULL THEN estimated_unit ELSE price_unit END AS currency,
         1 AS messages, coalesce(segments, 0) AS segments, (delivered_at IS NOT NULL)::int AS delivered,
         coalesce(estimate, 0) AS estimated, coalesce(charged, 0) AS settled, coalesce(charged, estimate, 0) AS expected,
         (charged IS NULL)::int AS unsettled
    FROM (SELECT *, CASE WHEN charged IS NULL OR price_unit = estimated_unit THEN estimated_price END AS estimate
            FROM (SELECT *, CASE WHEN price IS NOT NULL OR price_before > 0 THEN coalesce(price, 0) + price_before END AS charged
                    FROM ${deliveries} AS d) AS d) AS d
   WHERE (sent_at IS NOT NULL OR price IS NOT NULL OR price_before > 0)
     AND (segments IS NOT NULL OR estimated_price IS NOT NULL OR price IS NOT NULL)
  UNION ALL
  SELECT created_at, type, category, channel, coalesce(country, 'unknown'), coalesce(c.provider, 'unknown'), c.currency,
         0, 0, 0, 0, c.price, c.price, 0
    FROM ${deliveries} AS d
   CROSS JOIN LATERAL jsonb_to_recordset(charges) AS c(provider text, price numeric, currency text)
   WHERE charges <> '[]' AND c.price > 0`;

const KEYS = ['starts_at', 'type', 'category', 'channel', 'country', 'provider', 'currency'];
const FIGURES = ['messages', 'segments', 'delivered', 'unsettled', 'estimated', 'settled', 'expected'];
const PLACES = KEYS.map((_, index) => index + 1).join(', ');

/**
 * The statement's part that adds up what deliveries have cost, for whoever deletes them in the same transaction. In the
 * order of its key: two that meet never wait for each other in a circle.
 * @param deliveries the part before it that holds their rows
 */
export const keepingOf = (deliveries: string): string => `
  kept AS (
    INSERT INTO past_costs AS p (${[...KEYS, ...FIGURES].join(', ')})
    SELECT date_bin('15 minutes', created_at, TIMESTAMPTZ '2000-01-01 00:00+00'), type, category, channel, country,
           provider, coalesce(currency, ''), ${FIGURES.map((figure) => `sum(${figure})`).join(', ')}
      FROM (${spentOn(deliveries)}) AS spent GROUP BY ${PLACES} ORDER BY ${PLACES}
    ON CONFLICT (${KEYS.join(', ')}) DO UPDATE
       SET ${FIGURES.map((figure) => `${figure} = p.${figure} + excluded.${figure}`).join(', ')})`;

/** The same of deliveries that are gone, a row for each sum that was kept of them. */
export const PAST = `
  SELECT starts_at AS created_at, type, category, channel, country, provider, nullif(currency, '') AS currency,
         messages, segments, delivered, estimated, settled, expected, unsettled
    FROM past_costs`;
