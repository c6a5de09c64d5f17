-- The branches of a constant CASE are coded apart: what one loads is not there in the other.
SELECT CASE 7 WHEN 6 THEN 5 + (- -53) ELSE - -53 END + 0
SELECT ALL - CASE + 7 WHEN - 64 + + 29 THEN - - 2 + - 92 + - 26 + + - 53 ELSE - - 53 END - 89
SELECT coalesce(nullif(1, 1), - -3) * CASE 1 WHEN 2 THEN - -8 ELSE - -9 END, iif(0, - -4, - -5)
