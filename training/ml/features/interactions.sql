-- One row per customer and moment, from calls, visits, tickets, complaints, quotes and what was written in them.
CREATE OR REPLACE TEMP VIEW interactions_now AS
WITH seen AS (
    SELECT *, as_of - date AS ago FROM moments JOIN talks ON date < as_of
)
SELECT c, as_of,
    count_if(trouble AND ago <= 30) AS trouble_30,
    count_if(trouble AND ago <= 90) AS trouble_90,
    count_if(trouble AND ago <= 180 AND ago > 90) AS trouble_before_90,
    count_if(trouble AND ago <= 365) AS trouble_365,
    count_if(kind = 'complaint' AND ago <= 180) AS complaints_180,
    min(ago) FILTER (trouble) AS trouble_silence,
    min(ago) FILTER (kind = 'complaint') AS complaint_silence,
    count_if(contact AND ago <= 90) AS contacts_90,
    count_if(contact AND ago <= 180 AND ago > 90) AS contacts_before_90,
    count_if(contact AND ago <= 365) AS contacts_365,
    min(ago) FILTER (contact) AS contact_silence,
    count_if(kind IN ('visit', 'meeting') AND ago <= 365) AS visits_365,
    min(ago) FILTER (kind IN ('visit', 'meeting')) AS visit_silence,
    count_if(kind = 'quote' AND ago <= 90) AS quotes_90,
    min(ago) FILTER (kind = 'quote') AS quote_silence,
    count_if(competitor AND ago <= 180) AS competitor_180,
    count_if(competitor AND ago <= 60) AS competitor_60,
    count_if(about_price AND ago <= 180) AS price_talk_180,
    avg(tone) FILTER (ago <= 180) AS sentiment_180,
    avg(tone) FILTER (ago <= 90) - avg(tone) FILTER (ago > 90 AND ago <= 365) AS sentiment_change,
    min_by(tone, ago) FILTER (tone IS NOT NULL AND ago <= 365) AS sentiment_last
FROM seen GROUP BY c, as_of;
