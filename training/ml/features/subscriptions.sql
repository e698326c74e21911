-- One row per customer and moment, from contracts, as known then. `ended` on or after it is not known yet, so such a contract
-- counts as running. `renews_on` is kept up to date by its owner, long after: only its place in the year is used, which
-- was already known. A contract that begins within 45 days of the end of another for the same product is its renewal.
CREATE OR REPLACE TEMP VIEW subscriptions_now AS
WITH seen AS (
    SELECT c, as_of, sku, started, coalesce(quantity, 1) AS quantity, coalesce(monthly_amount, 0) AS amount,
           CASE WHEN ended < as_of THEN ended END AS over,
           CASE WHEN renews_on IS NOT NULL THEN (((renews_on - as_of) % 365) + 365) % 365 END AS renewal
    FROM moments JOIN subscriptions ON started < as_of JOIN shown USING (customer_id)
), followed AS (
    SELECT *, coalesce(abs(started - lag(over) OVER w) <= 45, false) AS renewed,
           amount - lag(amount) OVER w AS more, quantity - lag(quantity) OVER w AS more_seats
    FROM seen WINDOW w AS (PARTITION BY c, as_of, sku ORDER BY started, amount, quantity)
), looked AS (
    SELECT c, as_of,
        count(*) FILTER (over IS NULL) AS contracts,
        sum(amount) FILTER (over IS NULL) AS contract_amount,
        sum(quantity) FILTER (over IS NULL) AS contract_seats,
        coalesce(sum(amount) FILTER (started < as_of - 180 AND (over IS NULL OR over >= as_of - 180)), 0) AS amount_before,
        coalesce(sum(quantity) FILTER (started < as_of - 180 AND (over IS NULL OR over >= as_of - 180)), 0) AS seats_before,
        count(*) FILTER (over >= as_of - 180) AS contracts_ended_180,
        as_of - min(started) FILTER (over IS NULL) AS contract_age,
        as_of - max(started) FILTER (over IS NULL) AS contract_newest,
        as_of - min(started) AS contract_first,
        min(renewal) FILTER (over IS NULL) AS renewal_days,
        count_if(renewed) + coalesce(sum((as_of - started - 1) // 365) FILTER (over IS NULL), 0) AS renewals,
        as_of - max(started) FILTER (renewed) AS renewed_days,
        count_if(renewed AND (more < 0 OR (more = 0 AND more_seats < 0)) AND started >= as_of - 365) AS downgrades_365,
        count_if(renewed AND (more > 0 OR (more = 0 AND more_seats > 0)) AND started >= as_of - 365) AS upgrades_365
    FROM followed GROUP BY c, as_of
)
SELECT *, CASE WHEN amount_before > 0 THEN coalesce(contract_amount, 0) / amount_before - 1 END AS contract_change,
       CASE WHEN seats_before > 0 THEN coalesce(contract_seats, 0) / seats_before - 1 END AS seats_change
FROM looked;
