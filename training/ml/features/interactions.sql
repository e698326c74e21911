-- One row per customer and as_of date, from calls, visits, tickets, complaints, quotes and what was written in them.
CREATE OR REPLACE TEMP TABLE interactions_features AS
WITH read AS (
    SELECT customer_id, date, lower(coalesce(kind, 'other')) AS kind, sentiment,
           regexp_matches(lower(coalesce(text, '')), '$COMPETITOR') AS competitor,
           regexp_matches(lower(coalesce(text, '')), '$PRICE') AS about_price
    FROM interactions WHERE date < (SELECT max(as_of) FROM moments)
), tagged AS (
    SELECT *, kind IN ('ticket', 'complaint') AS trouble,
           kind IN ('call', 'email', 'visit', 'meeting') AS contact
    FROM read
)
SELECT customer_id, as_of,
    count_if(trouble AND date >= as_of - 30) AS trouble_30,
    count_if(trouble AND date >= as_of - 90) AS trouble_90,
    count_if(trouble AND date >= as_of - 180 AND date < as_of - 90) AS trouble_before_90,
    count_if(trouble AND date >= as_of - 365) AS trouble_365,
    count_if(kind = 'complaint' AND date >= as_of - 180) AS complaints_180,
    as_of - max(date) FILTER (trouble) AS trouble_silence,
    count_if(contact AND date >= as_of - 90) AS contacts_90,
    count_if(contact AND date >= as_of - 365) AS contacts_365,
    as_of - max(date) FILTER (contact) AS contact_silence,
    count_if(kind = 'quote' AND date >= as_of - 90) AS quotes_90,
    count_if(competitor AND date >= as_of - 180) AS competitor_180,
    count_if(competitor AND date >= as_of - 60) AS competitor_60,
    count_if(about_price AND date >= as_of - 180) AS price_talk_180,
    avg(sentiment) FILTER (date >= as_of - 180) AS sentiment_180
FROM moments JOIN tagged ON date < as_of
GROUP BY customer_id, as_of;
