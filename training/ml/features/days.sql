-- What a customer bought of one product on one day.
CREATE OR REPLACE TEMP TABLE sku_day AS
SELECT c, s, date, (year(date) * 12 + month(date))::INT AS month,
       sum(amount) AS amount, sum(amount) / nullif(sum(quantity), 0) AS price
FROM lines GROUP BY c, s, date;

CREATE OR REPLACE TEMP TABLE shelf AS $SHELF;

-- The same with the price paid the time before, how many times that makes, when it was bought again, and what the product
-- usually cost everybody: that month, and in the month before that. Every table here only looks backwards from its own
-- row's date (but for `until`, which is only ever compared with a date), so that it serves any number of as_of dates.
CREATE OR REPLACE TEMP TABLE sku_days AS
SELECT sku_day.*, shelf.price AS usual, shelf.before, lag(sku_day.price) OVER w AS was, (row_number() OVER w)::INT AS nth,
       coalesce(lead(date) OVER w, DATE '9999-12-31') AS until
FROM sku_day LEFT JOIN shelf USING (s, month)
WHERE c IS NOT NULL
WINDOW w AS (PARTITION BY c, s ORDER BY date);
DROP TABLE sku_day;

-- Purchase days, with the gap to the one before and the place in the year. Price change: spend-weighted, against the
-- customer's own past, and against what the product usually cost everybody in the last full month before.
CREATE OR REPLACE TEMP TABLE days AS
WITH skus AS (
    SELECT c, date, sum(amount) AS spend, count(*)::DOUBLE AS lines, count_if(nth = 1)::DOUBLE AS new_skus,
           sum(amount * greatest(-0.5, least(1.0, price / was - 1))) FILTER (was > 0) AS risen,
           sum(amount) FILTER (was > 0) AS compared,
           sum(amount * greatest(-0.5, least(1.0, price / before - 1))) FILTER (before > 0) AS dearer,
           sum(amount) FILTER (before > 0) AS shelved
    FROM sku_days GROUP BY c, date
), counted AS (
    SELECT c, date, count(DISTINCT number)::DOUBLE AS orders FROM lines WHERE c IS NOT NULL GROUP BY c, date
)
SELECT *, date - lag(date) OVER w AS gap, coalesce(lead(date) OVER w, DATE '9999-12-31') AS until,
       coalesce(date_trunc('month', date) <> date_trunc('month', lag(date) OVER w), true)::INT AS new_month,
       cos(2 * pi() * (date - DATE '2000-01-01') / 365.2425) AS year_x,
       sin(2 * pi() * (date - DATE '2000-01-01') / 365.2425) AS year_y,
       exp((date - $LAST) / 45.0) AS e45, exp((date - $LAST) / 120.0) AS e120, exp((date - $LAST) / 300.0) AS e300
FROM skus JOIN counted USING (c, date)
WINDOW w AS (PARTITION BY c ORDER BY date);
