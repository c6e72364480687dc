"""A changelog of several files in every format, as one that grew: includes, properties, logical paths, odd ids."""

from __future__ import annotations

from tests.frameworks.liquibase_corpus import HEAD

PLACE = "src/main/resources"
ROOT = "db/changelog/db.changelog-master.yaml"
_MASTER = """databaseChangeLog:
  - property: {name: tbl, value: orders, dbms: "postgresql"}
  - property: {name: tbl, value: other}
  - property: {name: n, value: 42}
  - preConditions:
      - dbms: {type: "postgresql,mysql,mariadb"}
  - changeSet:
      id: 1.10
      author: ann
      changes:
        - createTable:
            tableName: ${tbl}
            columns:
              - column:
                  name: id
                  type: int
                  autoIncrement: true
                  constraints: {primaryKey: true, nullable: false}
              - column: {name: n, type: int, defaultValueNumeric: 1.50}
  - changeSet:
      id: 010
      author: yes
      labels: a, b
      context: prod
      changes:
        - sql: UPDATE ${tbl} SET n = ${n}
      rollback:
        - sql: SELECT 9
        - dropTable: {tableName: zz}
  - changeSet:
      id: 0x1F
      author: 1_000
      logicalFilePath: my/own.yaml
      changes:
        - empty:
        - sqlFile: {path: raw.sql, relativeToChangelogFile: true}
      rollback: "SELECT 7; SELECT 8"
  - include: {file: changes/a.xml, relativeToChangelogFile: true}
  - include: {file: db/changelog/b.sql}
  - includeAll: {path: db/changelog/changes/sub/}
  - include: {file: db/changelog/logical.json}
"""
_DOCUMENT = f"""{HEAD}
<changeSet id="a1" author="ann"><sql>SELECT 1</sql><rollback><dropTable tableName="q"/></rollback><rollback>SELECT 5
</rollback></changeSet>
<changeSet id="a3" author="ann"><createTable tableName="q"><column name="i" type="int"/></createTable>
<modifySql dbms="postgresql"><append value=" WITH (fillfactor=70)"/></modifySql></changeSet>
<changeSet id="a2" author="ann"><dropTable tableName="q"/><rollback changeSetId="a3" changeSetAuthor="ann"/></changeSet>
<changeSet id="a4" author="ann"><sql endDelimiter="\\nGO">SELECT 1
GO
SELECT 2
GO
</sql><rollback/></changeSet>
<changeSet id="a5" author="ann" objectQuotingStrategy="QUOTE_ALL_OBJECTS" runOrder="last">
<createTable tableName="T"><column name="I" type="int"/></createTable></changeSet>
</databaseChangeLog>
"""
_FORMATTED = """--liquibase formatted sql

--property name:who value:bob

--changeset bob:b1 splitStatements:false
--comment hello
SELECT 1; SELECT 2;
--rollback SELECT 3;
--rollback SELECT 4;

--changeset bob:b2 endDelimiter://
SELECT '${who}'//
SELECT 4//
--rollback empty
"""
_JSON = """{ "databaseChangeLog": [
  { "logicalFilePath": "log/ical.json" },
  { "changeSet": { "id": "j1", "author": "j", "changes": [ { "addColumn": { "tableName": "orders", "columns": [
    { "column": { "name": "x", "type": "boolean", "defaultValueBoolean": true,
      "constraints": { "nullable": false } } } ] } } ] } }
] }
"""
_SUB = "--liquibase formatted sql{more}\n--changeset c:{name}\nSELECT 8;\n--rollback SELECT 9;\n"
FILES = {
    f"{PLACE}/{name}": text
    for name, text in {
        ROOT: _MASTER,
        "db/changelog/raw.sql": "SELECT 'raw';\nSELECT 'rawer';\n",
        "db/changelog/changes/a.xml": _DOCUMENT,
        "db/changelog/b.sql": _FORMATTED,
        "db/changelog/changes/sub/z.sql": _SUB.format(more="", name="z"),
        "db/changelog/changes/sub/c.sql": _SUB.format(more=" logicalFilePath:some/where.sql", name="c1"),
        "db/changelog/changes/sub/b/d.sql": _SUB.format(more="", name="c2"),
        "db/changelog/logical.json": _JSON,
    }.items()
}
