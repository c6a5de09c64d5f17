// A database like TPC-H's, generated: the same at every run. Scale 0.05 has about 300,000 line items.
import type { Database } from '../differential/engines';

export const TPCH_SCHEMA = `
  CREATE TABLE region (r_regionkey INTEGER PRIMARY KEY, r_name TEXT, r_comment TEXT);
  CREATE TABLE nation (n_nationkey INTEGER PRIMARY KEY, n_name TEXT, n_regionkey INTEGER REFERENCES region, n_comment TEXT);
  CREATE TABLE supplier (s_suppkey INTEGER PRIMARY KEY, s_name TEXT, s_address TEXT, s_nationkey INTEGER REFERENCES nation,
    s_phone TEXT, s_acctbal REAL, s_comment TEXT);
  CREATE TABLE customer (c_custkey INTEGER PRIMARY KEY, c_name TEXT, c_address TEXT, c_nationkey INTEGER REFERENCES nation,
    c_phone TEXT, c_acctbal REAL, c_mktsegment TEXT, c_comment TEXT);
  CREATE TABLE part (p_partkey INTEGER PRIMARY KEY, p_name TEXT, p_mfgr TEXT, p_brand TEXT, p_type TEXT, p_size INTEGER,
    p_container TEXT, p_retailprice REAL, p_comment TEXT);
  CREATE TABLE partsupp (ps_partkey INTEGER REFERENCES part, ps_suppkey INTEGER REFERENCES supplier, ps_availqty INTEGER,
    ps_supplycost REAL, ps_comment TEXT, PRIMARY KEY (ps_partkey, ps_suppkey));
  CREATE TABLE orders (o_orderkey INTEGER PRIMARY KEY, o_custkey INTEGER REFERENCES customer, o_orderstatus TEXT,
    o_totalprice REAL, o_orderdate TEXT, o_orderpriority TEXT, o_clerk TEXT, o_shippriority INTEGER, o_comment TEXT);
  CREATE TABLE lineitem (l_orderkey INTEGER REFERENCES orders, l_partkey INTEGER, l_suppkey INTEGER, l_linenumber INTEGER,
    l_quantity INTEGER, l_extendedprice REAL, l_discount REAL, l_tax REAL, l_returnflag TEXT, l_linestatus TEXT,
    l_shipdate TEXT, l_commitdate TEXT, l_receiptdate TEXT, l_shipinstruct TEXT, l_shipmode TEXT, l_comment TEXT,
    PRIMARY KEY (l_orderkey, l_linenumber), FOREIGN KEY (l_partkey, l_suppkey) REFERENCES partsupp);
`;

export const TPCH_INDEXES = `
  CREATE INDEX supplier_nation ON supplier (s_nationkey);
  CREATE INDEX customer_nation ON customer (c_nationkey);
  CREATE INDEX partsupp_supplier ON partsupp (ps_suppkey);
  CREATE INDEX orders_customer ON orders (o_custkey);
  CREATE INDEX orders_date ON orders (o_orderdate);
  CREATE INDEX lineitem_part ON lineitem (l_partkey, l_suppkey);
  CREATE INDEX lineitem_shipdate ON lineitem (l_shipdate);
`;

const NATIONS = 'ALGERIA ARGENTINA BRAZIL CANADA EGYPT ETHIOPIA FRANCE GERMANY INDIA INDONESIA IRAN IRAQ JAPAN JORDAN KENYA MOROCCO MOZAMBIQUE PERU CHINA ROMANIA SAUDI_ARABIA VIETNAM RUSSIA UNITED_KINGDOM UNITED_STATES'.split(' '); // prettier-ignore
const NATION_REGIONS = [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1];
const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];
const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY'];
const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
const MODES = ['AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK'];
const INSTRUCTIONS = ['COLLECT COD', 'DELIVER IN PERSON', 'NONE', 'TAKE BACK RETURN'];
const CONTAINERS = ['SM CASE', 'SM BOX', 'MED BAG', 'MED BOX', 'LG CASE', 'LG BOX', 'JUMBO PKG', 'WRAP JAR'];
const TYPES = ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'];
const FINISHES = ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'];
const METALS = ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'];
const COLORS = ['almond', 'azure', 'blue', 'brown', 'chocolate', 'coral', 'forest', 'green', 'ivory', 'lemon', 'navy', 'red']; // prettier-ignore
const WORDS = ['carefully', 'special', 'requests', 'pending', 'final', 'Customer', 'Complaints', 'deposits', 'ironic', 'packages', 'sleep', 'furiously']; // prettier-ignore

/** A generator of numbers in [0, 1): xorshift from a fixed seed. */
class Numbers {
  #state = 0x2545f491;

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state / 0x1_0000_0000;
  }

  /** An integer from `low` to `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!;
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.pick(WORDS)).join(' ');
  }
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1992, 0, 1);
const dateOf = (day: number): string => new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
const cents = (value: number): number => Math.round(value * 100) / 100;

/** Makes schema, rows and indexes. */
export function fillTpch(database: Database, scale: number): void {
  const numbers = new Numbers();
  const counts = {
    supplier: 10_000 * scale,
    customer: 150_000 * scale,
    part: 200_000 * scale,
    orders: 1_500_000 * scale,
  };
  database.exec(TPCH_SCHEMA);
  const inserts = (table: string, columns: number) =>
    database.prepare(`INSERT INTO ${table} VALUES (${Array.from({ length: columns }, () => '?').join(', ')})`);
  database.exec('BEGIN');
  const region = inserts('region', 3);
  REGIONS.forEach((name, key) => region.run(key, name, numbers.words(5)));
  const nation = inserts('nation', 4);
  NATIONS.forEach((name, key) => nation.run(key, name.replace('_', ' '), NATION_REGIONS[key], numbers.words(5)));
  const supplier = inserts('supplier', 7);
  for (let key = 1; key <= counts.supplier; key++) {
    const land = numbers.between(0, 24);
    const comment = key % 100 === 0 ? 'Customer slow Complaints' : numbers.words(6);
    supplier.run(key, `Supplier#${String(key).padStart(9, '0')}`, numbers.words(2), land, `${land + 10}-${numbers.between(100, 999)}`, cents(numbers.next() * 11_000 - 1000), comment); // prettier-ignore
  }
  const customer = inserts('customer', 8);
  for (let key = 1; key <= counts.customer; key++) {
    const land = numbers.between(0, 24);
    customer.run(key, `Customer#${String(key).padStart(9, '0')}`, numbers.words(2), land, `${land + 10}-${numbers.between(100, 999)}`, cents(numbers.next() * 11_000 - 1000), numbers.pick(SEGMENTS), numbers.words(8)); // prettier-ignore
  }
  const part = inserts('part', 9);
  const partsupp = inserts('partsupp', 5);
  for (let key = 1; key <= counts.part; key++) {
    const brand = `${numbers.between(1, 5)}${numbers.between(1, 5)}`;
    part.run(key, `${numbers.pick(COLORS)} ${numbers.pick(COLORS)} ${numbers.pick(COLORS)}`, `Manufacturer#${brand[0]}`, `Brand#${brand}`, `${numbers.pick(TYPES)} ${numbers.pick(FINISHES)} ${numbers.pick(METALS)}`, numbers.between(1, 50), numbers.pick(CONTAINERS), cents(900 + (key % 1000) / 10), numbers.words(3)); // prettier-ignore
    for (let i = 0; i < 4; i++) {
      partsupp.run(key, supplierOf(key, i, counts.supplier), numbers.between(1, 9999), cents(numbers.next() * 1000), numbers.words(10)); // prettier-ignore
    }
  }
  const orders = inserts('orders', 9);
  const lineitem = inserts('lineitem', 16);
  for (let key = 1; key <= counts.orders; key++) {
    const day = numbers.between(0, 2405);
    // A third of the customers never orders.
    const buyer = Math.min(counts.customer, numbers.between(1, Math.floor(counts.customer / 3)) * 3 - numbers.between(1, 2)); // prettier-ignore
    const lines = numbers.between(1, 7);
    const status = day > 2100 ? 'O' : day > 2000 ? 'P' : 'F';
    orders.run(key, buyer, status, cents(numbers.next() * 400_000), dateOf(day), numbers.pick(PRIORITIES), `Clerk#${numbers.between(1, 1000)}`, 0, numbers.words(6)); // prettier-ignore
    for (let line = 1; line <= lines; line++) {
      const item = numbers.between(1, counts.part);
      const shipped = day + numbers.between(1, 121);
      const received = shipped + numbers.between(1, 30);
      const quantity = numbers.between(1, 50);
      lineitem.run(key, item, supplierOf(item, numbers.between(0, 3), counts.supplier), line, quantity, cents(quantity * (900 + (item % 1000) / 10)), numbers.between(0, 10) / 100, numbers.between(0, 8) / 100, received > 1260 ? 'N' : numbers.pick(['R', 'A']), shipped > 1260 ? 'O' : 'F', dateOf(shipped), dateOf(day + numbers.between(30, 90)), dateOf(received), numbers.pick(INSTRUCTIONS), numbers.pick(MODES), numbers.words(4)); // prettier-ignore
    }
  }
  database.exec(TPCH_INDEXES);
  database.exec('COMMIT');
}

/** One of the four suppliers of a part. */
const supplierOf = (part: number, i: number, suppliers: number): number =>
  ((part + i * (suppliers / 4 + Math.floor((part - 1) / suppliers))) % suppliers) + 1;
