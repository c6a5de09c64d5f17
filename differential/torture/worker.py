# As worker.ts, by Python's sqlite3: worker.py FILE NUMBER SEED.
import random
import sqlite3
import sys

file, worker, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dice = random.Random(seed)
ACCOUNTS, TOTAL = 20, 20000


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def connect():
    """The first statement reads the file, whose lock a paused process may hold."""
    while True:
        database = sqlite3.connect(file, timeout=2, isolation_level=None)
        try:
            database.execute(f"PRAGMA synchronous = {dice.choice(['OFF', 'NORMAL', 'FULL'])}")
            database.execute(f"PRAGMA wal_autocheckpoint = {dice.choice([10, 100, 1000])}")
            return database
        except sqlite3.OperationalError as error:
            database.close()
            if "locked" not in str(error):
                raise


def write(database, number):
    amount, source, target = dice.randint(1, 50), dice.randint(1, ACCOUNTS), dice.randint(1, ACCOUNTS)
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE account SET balance = balance - ? WHERE id = ?", (amount, source))
    database.execute("INSERT INTO ledger VALUES (?, ?, zeroblob(?))", (worker, number, dice.randint(0, 3000)))
    database.execute("UPDATE account SET balance = balance + ? WHERE id = ?", (amount, target))
    if dice.randint(0, 14) == 0:
        database.execute("ROLLBACK")
        return False
    database.execute("COMMIT")
    return True


def look(database):
    return [
        database.execute("SELECT sum(balance) FROM account").fetchall()[0][0],
        database.execute("SELECT worker, count(*) = max(n), count(*), sum(length(payload)) FROM ledger GROUP BY worker").fetchall(),
    ]


def read(database):
    database.execute("BEGIN")
    before, after = look(database), look(database)
    database.execute("COMMIT")
    if before[0] != TOTAL:
        say(f"bad sum {before[0]}")
    for row in before[1]:
        if row[1] != 1:
            say(f"bad ledger of worker {row[0]}: {row}")
    if before != after:
        say(f"bad snapshot {before} then {after}")


database = connect()
while True:
    try:
        if dice.randint(0, 2) == 0:
            read(database)
        last = database.execute("SELECT coalesce(max(n), 0) FROM ledger WHERE worker = ?", (worker,)).fetchall()[0][0]
        if write(database, last + 1):
            say(f"ack {last + 1}")
        if dice.randint(0, 60) == 0:
            database.execute(f"PRAGMA wal_checkpoint({dice.choice(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})").fetchall()
        if dice.randint(0, 80) == 0:
            database.close()
            database = connect()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            say(f"bad {error}")
        if database.in_transaction:
            database.execute("ROLLBACK")
