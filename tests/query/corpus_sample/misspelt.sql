SELECT s.SubscriberKey
FROM _Subscribers s
WHERE s.Joined > DATEADD(DAY, -7, GETDATE())
