-- Activity by whole weeks before each as_of date, in long form: week 0 is the seven days that end the day before as_of.
-- Only what lies within the $WEEKS weeks; who did nothing in them has no row.
WITH per_day AS (
    SELECT c, date, count(DISTINCT number)::DOUBLE AS orders, sum(amount) AS spend, 0.0::DOUBLE AS contacts
    FROM lines WHERE c IS NOT NULL AND date >= (SELECT min(as_of) FROM moments) - 7 * $WEEKS GROUP BY c, date
    UNION ALL
    SELECT c, date, 0.0, 0.0, count(*)::DOUBLE FROM interactions JOIN shown USING (customer_id)
    WHERE date < $LAST AND date >= (SELECT min(as_of) FROM moments) - 7 * $WEEKS GROUP BY c, date
)
SELECT place, c, (as_of - date - 1) // 7 AS week, sum(orders) AS orders, sum(spend) AS spend, sum(contacts) AS contacts
FROM (SELECT as_of, row_number() OVER (ORDER BY as_of) - 1 AS place FROM moments)
JOIN per_day ON date < as_of AND date >= as_of - 7 * $WEEKS
GROUP BY place, c, week;
