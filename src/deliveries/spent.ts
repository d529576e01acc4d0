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
   WHERE (sent_at IS NOT NULL OR charged IS NOT NULL)
     AND (segments IS NOT NULL OR estimated_price IS NOT NULL OR charged IS NOT NULL)
  UNION ALL
  SELECT created_at, type, category, channel, coalesce(country, 'unknown'), coalesce(c.provider, 'unknown'), c.currency,
         0, 0, 0, 0, c.price, c.price, 0
    FROM ${deliveries} AS d
   CROSS JOIN LATERAL jsonb_to_recordset(charges) AS c(provider text, price numeric, currency text)
   WHERE charges <> '[]' AND c.price > 0`;
