SELECT
    c.Id AS SubscriberKey,
    c.FirstName,
    c.LastName,
    c.Email AS EmailAddress,
    ISNULL(a.Name, 'no account') AS Company,
    CASE WHEN a.Rating = 'Hot' THEN 'VIP' ELSE 'Standard' END AS Tier,
    CONVERT(DATE, c.CreatedDate) AS CustomerSince
FROM Contact_Salesforce c
LEFT JOIN Account_Salesforce a ON a.Id = c.AccountId
WHERE c.HasOptedOutOfEmail = 0
  AND c.Email IS NOT NULL
UNION ALL
SELECT
    l.Id,
    l.FirstName,
    l.LastName,
    l.Email,
    l.Company,
    CASE WHEN l.Rating = 'Hot' THEN 'VIP' ELSE 'Standard' END,
    CONVERT(DATE, l.CreatedDate)
FROM Lead_Salesforce l
WHERE l.HasOptedOutOfEmail = 0
  AND l.IsConverted = 0
  AND l.Email IS NOT NULL
