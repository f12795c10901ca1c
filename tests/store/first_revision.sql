-- A store as the first release wrote it, with one session in it (sqlite3's .dump).
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE devlog_tags (
	devlog VARCHAR NOT NULL, 
	tag VARCHAR NOT NULL, 
	CONSTRAINT pk_devlog_tags PRIMARY KEY (devlog, tag), 
	CONSTRAINT fk_devlog_tags_devlog FOREIGN KEY(devlog) REFERENCES devlogs (id)
);
INSERT INTO "devlog_tags" VALUES('devlog-260102-aa','error/E0502');
INSERT INTO "devlog_tags" VALUES('devlog-260102-aa','move/hoist-read');
CREATE TABLE devlogs (
	id VARCHAR NOT NULL, 
	session VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	repository VARCHAR NOT NULL, 
	brain VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	search TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_devlogs PRIMARY KEY (id)
);
INSERT INTO "devlogs" VALUES('devlog-260102-aa','260102-aa','2026-01-02T03:04:05.678Z','/src/ink','search','fixed','1 fixed (e0502)
/src/ink
error/e0502
move/hoist-read','{"v":1,"id":"devlog-260102-aa","session":"260102-aa","at":"2026-01-02T03:04:05.678Z","repository":"/src/ink","base":"0","brain":"search","outcome":"fixed","summary":"1 fixed (E0502)","entries":[],"branch":null,"commits":[],"questions":[],"tags":["error/E0502","move/hoist-read"],"seconds":1.25}');
CREATE TABLE events (
	session VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (session, seq), 
	CONSTRAINT fk_events_session FOREIGN KEY(session) REFERENCES sessions (id)
);
INSERT INTO "events" VALUES('260102-aa',1,'2026-01-02T03:04:05.678Z','say','{"v":1,"seq":1,"at":"2026-01-02T03:04:05.678Z","session":"260102-aa","kind":"say","text":"Hoist the read.","tone":"intent","task":null,"citations":[]}');
INSERT INTO "events" VALUES('260102-aa',2,'2026-01-02T03:04:05.678Z','log','{"v":1,"seq":2,"at":"2026-01-02T03:04:05.678Z","session":"260102-aa","kind":"log","outcome":"fixed","devlog":{"v":1,"id":"devlog-260102-aa","session":"260102-aa","at":"2026-01-02T03:04:05.678Z","repository":"/src/ink","base":"0","brain":"search","outcome":"fixed","summary":"1 fixed (E0502)","entries":[],"branch":null,"commits":[],"questions":[],"tags":["error/E0502","move/hoist-read"],"seconds":1.25},"branch":null,"commit":null,"exit_code":0}');
CREATE TABLE grades (
	id INTEGER NOT NULL, 
	devlog VARCHAR NOT NULL, 
	axis VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	CONSTRAINT pk_grades PRIMARY KEY (id), 
	CONSTRAINT fk_grades_devlog FOREIGN KEY(devlog) REFERENCES devlogs (id)
);
INSERT INTO "grades" VALUES(1,'devlog-260102-aa','correctness',2,'2026-01-02T03:04:05.678Z');
CREATE TABLE mistakes (
	signature VARCHAR NOT NULL, 
	move VARCHAR NOT NULL, 
	session VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_mistakes PRIMARY KEY (signature, move)
);
CREATE TABLE moves (
	name VARCHAR NOT NULL, 
	family VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	revoked BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_moves PRIMARY KEY (name)
);
CREATE TABLE outcomes (
	id INTEGER NOT NULL, 
	session VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	repository VARCHAR NOT NULL, 
	code VARCHAR, 
	move VARCHAR NOT NULL, 
	applicability VARCHAR, 
	shape VARCHAR NOT NULL, 
	signature VARCHAR NOT NULL, 
	predicted FLOAT NOT NULL, 
	green BOOLEAN NOT NULL, 
	CONSTRAINT pk_outcomes PRIMARY KEY (id)
);
INSERT INTO "outcomes" VALUES(1,'260102-aa','2026-01-02T03:04:05.678Z','ink-1a2b3c4d','E0502','hoist-read',NULL,'insert','E0502|hoist-read|insert',0.9,1);
CREATE TABLE sessions (
	id VARCHAR NOT NULL, 
	repository VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	brain VARCHAR NOT NULL, 
	outcome VARCHAR, 
	ended VARCHAR, 
	summary TEXT, 
	branch VARCHAR, 
	commit_sha VARCHAR, 
	CONSTRAINT pk_sessions PRIMARY KEY (id)
);
INSERT INTO "sessions" VALUES('260102-aa','/src/ink','/src/ink','2026-01-02T03:04:05.678Z','search','fixed','2026-01-02T03:04:05.678Z','1 fixed (E0502)',NULL,NULL);
CREATE INDEX ix_sessions_at ON sessions (at);
CREATE INDEX ix_sessions_repository ON sessions (repository);
CREATE INDEX ix_devlogs_at ON devlogs (at);
CREATE INDEX ix_devlogs_session ON devlogs (session);
CREATE INDEX ix_devlog_tags_tag ON devlog_tags (tag);
CREATE INDEX ix_grades_devlog ON grades (devlog);
CREATE INDEX ix_outcomes_by_kind ON outcomes (repository, code, move, applicability, shape, green);
COMMIT;
