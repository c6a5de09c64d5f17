-- When the temp database comes into being, as PRAGMA database_list shows it.
pragma database_list;
pragma quick_check;
pragma database_list;
pragma integrity_check;
create temp table x(a);
pragma integrity_check;
pragma database_list;
pragma main.quick_check;
