-- Conversations before the last date, with what their words say; a text that occurs often is read once.
CREATE OR REPLACE TEMP TABLE talks AS
WITH words AS (
    SELECT DISTINCT text FROM interactions WHERE date < $LAST AND trim(text) <> ''
), low AS (
    SELECT text, lower(replace(text, '’', '''')) AS said FROM words
), counted AS (
    SELECT text, regexp_matches(said, '$COMPETITOR') AS competitor, regexp_matches(said, '$PRICE') AS about_price,
           len(regexp_extract_all(said, '$GLAD')) AS glad, len(regexp_extract_all(said, '$NOT_GLAD')) AS not_glad,
           len(regexp_extract_all(said, '$SORE')) AS sore, len(regexp_extract_all(said, '$NOT_SORE')) AS not_sore
    FROM low
), toned AS (
    SELECT text, competitor, about_price,
           (glad - sore - 2 * not_glad + 2 * not_sore) / (glad + sore + 1.0) AS tone
    FROM counted
), read AS (
    SELECT c, date, lower(coalesce(kind, 'other')) AS kind, coalesce(sentiment, tone) AS tone,
           coalesce(competitor, false) AS competitor, coalesce(about_price, false) AS about_price
    FROM interactions JOIN shown USING (customer_id) LEFT JOIN toned USING (text)
    WHERE date < $LAST
)
SELECT *, kind IN ('ticket', 'complaint') AS trouble, kind IN ('call', 'email', 'visit', 'meeting') AS contact
FROM read;
