-- Each product's usual price in each month, over everybody, and in the month with sales before that. A month's figure
-- counts only for dates after the month is over.
CREATE OR REPLACE TEMP TABLE shelf_all AS
WITH one AS (
    SELECT sku, date, sum(amount) / nullif(sum(quantity), 0) AS price
    FROM all_goods WHERE date < $LAST
    GROUP BY customer_id, sku, date
), usual AS (
    SELECT sku, (year(date) * 12 + month(date))::INT AS month, median(price) AS price FROM one GROUP BY ALL
)
SELECT *, lag(price) OVER (PARTITION BY sku ORDER BY month) AS before FROM usual;

CREATE OR REPLACE TEMP TABLE everybody AS SELECT $LAST AS last, (SELECT min(date) FROM all_goods) AS first;
