-- Products as they stood for the customer: each by the last time it was bought in the year before the moment.
CREATE OR REPLACE TEMP VIEW skus_now AS
WITH now AS (
    SELECT as_of, s, max_by(price, month) AS price, max(month) AS month
    FROM moments JOIN shelf ON month < this_month AND month >= this_month - 4 GROUP BY as_of, s
), last AS (
    SELECT c, as_of, s, date, month, nth, amount, usual
    FROM moments JOIN sku_days ON date < as_of AND date >= as_of - 365 AND until >= as_of
)
SELECT c, as_of,
    count_if(nth > 1 AND date < as_of - 180) AS skus_dropped,
    count_if(nth > 1 AND date < as_of - 180) / nullif(count_if(nth > 1), 0) AS dropped_share,
    sum(amount * greatest(-0.5, least(1.0, now.price / usual - 1)))
        FILTER (amount > 0 AND usual > 0 AND last.month < now.month)
        / sum(amount) FILTER (amount > 0 AND usual > 0 AND last.month < now.month) AS shelf_rise
FROM last LEFT JOIN now USING (as_of, s)
GROUP BY c, as_of;
