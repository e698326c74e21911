-- Activity by whole weeks before each as_of date, in long form: week 0 is the seven days that end the day before as_of.
-- Only what lies within the $WEEKS weeks; who did nothing in them has no row here.
WITH per_day AS (
    SELECT customer_id, date, count(DISTINCT order_id)::DOUBLE AS orders, sum(amount) AS spend, 0.0::DOUBLE AS contacts
    FROM goods WHERE date < (SELECT max(as_of) FROM moments) AND date >= (SELECT min(as_of) FROM moments) - 7 * $WEEKS
    GROUP BY customer_id, date
    UNION ALL
    SELECT customer_id, date, 0.0, 0.0, count(*)::DOUBLE
    FROM interactions
    WHERE date < (SELECT max(as_of) FROM moments) AND date >= (SELECT min(as_of) FROM moments) - 7 * $WEEKS
    GROUP BY customer_id, date
), per_week AS (
    SELECT customer_id, as_of, (as_of - date - 1) // 7 AS week,
           sum(orders) AS orders, sum(spend) AS spend, sum(contacts) AS contacts
    FROM moments JOIN per_day ON date < as_of AND date >= as_of - 7 * $WEEKS
    GROUP BY customer_id, as_of, week
), known AS (
    SELECT customer_id, as_of, row_number() OVER (ORDER BY as_of, customer_id) - 1 AS place
    FROM moments JOIN shown ON $EVERYONE OR day < as_of
)
SELECT known.customer_id, known.as_of, place, week, orders, spend, contacts
FROM known LEFT JOIN per_week USING (customer_id, as_of)
ORDER BY place, week;
