-- Product categories bought in the past year, and those not bought in its second half although bought twice before.
CREATE OR REPLACE TEMP VIEW assortment_now AS
WITH bought AS (
    SELECT c, as_of, category, max(date) AS last, sum(nth) AS times
    FROM moments JOIN sku_days ON date < as_of AND date >= as_of - 365 AND until >= as_of JOIN kinds USING (s)
    GROUP BY c, as_of, category
)
SELECT c, as_of, count(*) AS categories_365, count_if(times > 1 AND last < as_of - 180) AS categories_lost
FROM bought GROUP BY c, as_of;
