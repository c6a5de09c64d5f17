# Stands in for SQLite's test harness: runs one file of its TCL test suite, of which only the statements and the control flow matter.
#
#   tclsh driver.tcl FILE DIRECTORY-OF-THE-SUITE
#
# Every statement goes to the bridge (bridge.ts) on standard output and is answered on standard input. A message is one line of
# fields, each a dot followed by the field's UTF-8 bytes in base64. Commands of the C interface that a file calls do nothing and give an empty result.

fconfigure stdout -translation lf -encoding ascii -buffering line
fconfigure stdin -translation lf -encoding ascii

proc ask {args} {
  set line {}
  foreach field $args {
    lappend line .[binary encode base64 [encoding convertto utf-8 $field]]
  }
  chan puts stdout [join $line " "]
  if {[gets stdin line] < 0} {exit 1}
  set answer {}
  foreach field [split $line " "] {
    lappend answer [encoding convertfrom utf-8 [binary decode base64 [string range $field 1 end]]]
  }
  return $answer
}

# What the files print is of no interest and would disturb the messages.
rename puts chan_puts
proc puts {args} {}
rename exit process_exit
proc exit {args} {process_exit 0}
proc unknown {args} {return ""}

# ---- connections: the commands of the Tcl interface ----

array set nullvalues {}

proc sqlite3 {name args} {
  if {$name eq "-has-codec"} {return 0}
  if {[string match -* $name] || [llength $args] == 0} {return 3.53.2}
  set ::nullvalues($name) {}
  interp alias {} ::$name {} connection $name
  set answer [ask open $name [lindex $args 0] [expr {[lsearch $args -readonly] >= 0 && [lindex $args [lsearch $args -readonly]+1]}] \
    [expr {[lsearch $args -create] >= 0 && ![lindex $args [lsearch $args -create]+1]}]]
  if {[lindex $answer 0] ne "ok"} {error [lindex $answer 1]}
  return ""
}

# The value of a bound variable with its storage class.
proc typed {value} {
  switch -glob -- [tcl::unsupported::representation $value] {
    "value is a int *" - "value is a wideInt *" {return [list i $value]}
    "value is a double *" {return [list r $value]}
    "value is a bytearray *" {
      if {[string match {*no string representation*} [tcl::unsupported::representation $value]]} {
        return [list b [binary encode hex $value]]
      }
    }
  }
  return [list t $value]
}

# Answers of all statements of the text: for each a list of column names and a list of rows.
proc answers {name sql level} {
  set bound {}
  foreach {whole parameter} [regexp -all -inline {(?:[$:@])((?:\w|::)+(?:\([^)]*\))?)} $sql] {
    if {[catch {uplevel $level [list set $parameter]} value]} continue
    lappend bound $parameter {*}[typed $value]
  }
  set reply [ask eval $name $sql {*}$bound]
  if {[lindex $reply 0] ne "ok"} {error [lindex $reply 1]}
  set statements {}
  foreach text [lrange $reply 1 end] {
    lassign $text columns rows
    set decoded {}
    foreach row $rows {
      set values {}
      foreach value $row {
        if {$value eq "n"} {lappend values $::nullvalues($name)} else {lappend values [string range $value 1 end]}
      }
      lappend decoded $values
    }
    lappend statements [list $columns $decoded]
  }
  return $statements
}

proc flat {statements} {
  set all {}
  foreach statement $statements {
    foreach row [lindex $statement 1] {lappend all {*}$row}
  }
  return $all
}

proc connection {name method args} {
  switch -- $method {
    eval {
      while {[string match -* [lindex $args 0]]} {set args [lrange $args 1 end]}
      set statements [answers $name [lindex $args 0] 2]
      if {[llength $args] == 1} {return [flat $statements]}
      set script [lindex $args end]
      set array [expr {[llength $args] == 3 ? [lindex $args 1] : ""}]
      foreach statement $statements {
        lassign $statement columns rows
        if {$array ne ""} {uplevel 1 [list set ${array}(*) $columns]}
        foreach row $rows {
          foreach column $columns value $row {
            if {$array ne ""} {
              uplevel 1 [list set ${array}($column) $value]
            } else {
              uplevel 1 [list set $column $value]
            }
          }
          set code [catch {uplevel 1 $script} result options]
          if {$code == 3} break
          if {$code == 1 || $code == 2} {return -options $options $result}
        }
      }
      return ""
    }
    onecolumn - one {return [lindex [flat [answers $name [lindex $args 0] 2]] 0]}
    exists {return [expr {[llength [flat [answers $name [lindex $args 0] 2]]] > 0}]}
    transaction {
      set script [lindex $args end]
      answers $name "SAVEPOINT _tcl_transaction" 2
      set code [catch {uplevel 1 $script} result options]
      answers $name [expr {$code == 1 ? "ROLLBACK TO _tcl_transaction; RELEASE _tcl_transaction" : "RELEASE _tcl_transaction"}] 2
      return -options $options $result
    }
    nullvalue {
      if {[llength $args]} {set ::nullvalues($name) [lindex $args 0]}
      return $::nullvalues($name)
    }
    changes {return [lindex [flat [answers $name "SELECT changes()" 2]] 0]}
    total_changes {return [lindex [flat [answers $name "SELECT total_changes()" 2]] 0]}
    last_insert_rowid {return [lindex [flat [answers $name "SELECT last_insert_rowid()" 2]] 0]}
    close {
      ask close $name
      catch {rename ::$name {}}
      return ""
    }
    complete {return 1}
    version {return 3.53.2}
    default {return ""}
  }
}

# ---- the harness ----

proc do_test {name script expected} {
  ask test $name
  catch {uplevel #0 $script}
  return ""
}
proc do_execsql_test {args} {
  set name db
  if {[lindex $args 0] eq "-db"} {
    set name [lindex $args 1]
    set args [lrange $args 2 end]
  }
  ask test [lindex $args 0]
  catch {uplevel #0 [list $name eval [lindex $args 1]]}
  return ""
}
proc do_catchsql_test {name sql args} {do_execsql_test $name $sql}
proc do_timed_execsql_test {name sql args} {do_execsql_test $name $sql}
proc do_eqp_test {name sql args} {do_execsql_test $name "EXPLAIN QUERY PLAN $sql"}
proc do_select_tests {prefix args} {
  foreach {number sql result} [uplevel 1 [list subst -nobackslashes -nocommands -novariables [lindex $args end]]] {
    do_execsql_test $prefix.$number $sql
  }
}
proc execsql {sql {name db}} {uplevel [list $name eval $sql]}
proc execsql2 {sql {name db}} {uplevel [list $name eval $sql]}
proc catchsql {sql {name db}} {
  set code [catch {uplevel [list $name eval $sql]} message]
  list $code $message
}
proc catchcmd {args} {}
proc integrity_check {name {connection db}} {do_execsql_test -db $connection $name {PRAGMA integrity_check}}
proc verify_ex_errcode {args} {}
proc explain {args} {}
proc sqlite3_finalize {args} {return SQLITE_OK}

set missing {
  fts1 fts2 fts3 fts4 fts5 rtree icu icu_collations session memdebug crashtest codec threadsafe2 tclvar unlock_notify prefer_proxy_locking
  schedsched lookaside_test vtab8 bloblit_not utf16_not mem3 mem5 atomicwrite conflict_test pagecache_overflow_stats curdir
  explain_not stmtvtab cursorhints like_match_blobs_not dirsync_not scanstatus hiddencolumns malloc_usable_size direct_read
  fast_secure_delete_not json_not null_trim setlk_timeout zonefile sqllog allow_rowid_in_view
}
proc capable {expression} {
  set terms [regsub -all {[a-zA-Z_0-9]+} $expression {[expr {"&" ni $::missing}]}]
  return [expr [subst $terms]]
}
proc ifcapable {expression code {else ""} {elsecode ""}} {
  if {[capable $expression]} {
    set result [catch {uplevel 1 $code} value]
  } else {
    set result [catch {uplevel 1 $elsecode} value]
  }
  return -code $result $value
}
trace add variable sqlite_options read {apply {{array key operation} {
  if {$key ne "" && ![info exists ::sqlite_options($key)]} {set ::sqlite_options($key) [expr {$key ni $::missing}]}
}}}
array set sqlite_options {default_autovacuum 0}

proc reset_db {} {
  catch {db close}
  forcedelete test.db test.db-journal test.db-wal
  sqlite3 db test.db
}
proc forcedelete {args} {ask delete {*}$args; return ""}
proc delete_file {args} {ask delete {*}$args; return ""}
proc forcecopy {from to} {ask copy $from $to; return ""}
proc copy_file {from to} {ask copy $from $to; return ""}
proc set_test_counter {args} {return 0}
proc omit_test {args} {}
proc finish_test {} {}
proc is_relative_file {args} {return 1}
proc permutation {} {return ""}
proc presql {} {return ""}
proc db_use_legacy_prepare {args} {}
proc wal_is_capable {} {return 1}
proc isquick {} {return 1}
proc working_64bit_int {} {return 1}
proc clang_sanitize_address {} {return 0}
proc get_pwd {} {return /}
proc fix_ifcapable_expr {expression} {return $expression}
proc set_testfixture_option {args} {}

set SQLITE_DEFAULT_FILE_FORMAT 4
set bitmask_size 64

set SQLITE_MAX_LENGTH 1000000000
set SQLITE_MAX_COLUMN 2000
set SQLITE_MAX_SQL_LENGTH 1000000000
set SQLITE_MAX_EXPR_DEPTH 1000
set SQLITE_MAX_COMPOUND_SELECT 500
set SQLITE_MAX_VDBE_OP 250000000
set SQLITE_MAX_FUNCTION_ARG 127
set SQLITE_MAX_ATTACHED 10
set SQLITE_MAX_VARIABLE_NUMBER 32766
set SQLITE_MAX_PAGE_SIZE 65536
set SQLITE_DEFAULT_PAGE_SIZE 4096
set SQLITE_DEFAULT_CACHE_SIZE -16000
set SQLITE_MAX_WORKER_THREADS 0
set AUTOVACUUM 0
set TEMP_STORE 1
set tcl_precision 17
foreach counter {sqlite_search_count sqlite_sort_count sqlite_like_count sqlite_interrupt_count sqlite_open_file_count sqlite_sync_count
    sqlite_fullsync_count sqlite_max_blobsize sqlite_current_time} {
  set $counter 0
}
array set cmdlinearg {soak 0 maxerror 1000 malloctrace 0 backtrace 0 binarylog 0 match {} testdir {} verbose 0}

rename source source_file
proc source {args} {
  set file [lindex $args end]
  if {[file tail $file] in {tester.tcl testrunner_data.tcl thread_common.tcl malloc_common.tcl lock_common.tcl}} return
  if {![file exists $file]} {set file [file join $::testdir [file tail $file]]}
  uplevel 1 [list source_file $file]
}

set testdir [lindex $argv 1]
set argv0 [file join $testdir [file tail [lindex $argv 0]]]
set testfile [lindex $argv 0]
set argv {}
sqlite3 db test.db
set code [catch {source_file $testfile} message]
ask end [expr {$code == 1 ? $message : ""}]
process_exit 0
