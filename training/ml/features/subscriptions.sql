-- One row per customer and as_of date, from contracts. `ended` on or after as_of is not known yet at as_of, so such
-- a contract counts as running. `renews_on` is kept up to date by its owner, long after as_of: only its place in
-- the year is used, which was already known.
CREATE OR REPLACE TEMP TABLE subscriptions_features AS
WITH seen AS (
    SELECT customer_id, as_of, sku, started, coalesce(quantity, 1) AS quantity,
           coalesce(monthly_amount, 0) AS amount,
           CASE WHEN ended < as_of THEN ended END AS over,
           CASE WHEN renews_on IS NOT NULL THEN (((renews_on - as_of) % 365) + 365) % 365 END AS renewal
    FROM moments JOIN subscriptions ON started < as_of
), looked AS (
    SELECT customer_id, as_of,
        count(*) FILTER (over IS NULL) AS contracts,
        sum(amount) FILTER (over IS NULL) AS contract_amount,
        sum(quantity) FILTER (over IS NULL) AS contract_seats,
        coalesce(sum(amount) FILTER (started < as_of - 180 AND (over IS NULL OR over >= as_of - 180)), 0) AS amount_before,
        coalesce(sum(amount) FILTER (over IS NULL AND started >= as_of - 180), 0) AS amount_new,
        count(*) FILTER (over >= as_of - 180) AS contracts_ended_180,
        as_of - min(started) FILTER (over IS NULL) AS contract_age,
        as_of - min(started) AS contract_first,
        min(renewal) FILTER (over IS NULL) AS renewal_days
    FROM seen GROUP BY customer_id, as_of
)
SELECT *, CASE WHEN amount_before > 0 THEN coalesce(contract_amount, 0) / amount_before - 1 END AS contract_change
FROM looked;
