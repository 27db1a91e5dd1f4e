/** Version of the layout below; a database of another version is refused. */
export const LAYOUT_VERSION = 1;

/** All tables of the emulated org. Profiles and app documents are JSON text; what is looked up has a column of its own. */
export const TABLES = `
CREATE TABLE IF NOT EXISTS org (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS user (
  id TEXT PRIMARY KEY, status TEXT NOT NULL, type_id TEXT NOT NULL, profile TEXT NOT NULL,
  login TEXT NOT NULL COLLATE NOCASE, email TEXT COLLATE NOCASE, first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE,
  created TEXT NOT NULL, activated TEXT, status_changed TEXT, last_login TEXT, last_updated TEXT NOT NULL, password_changed TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS user_login ON user (login);
CREATE INDEX IF NOT EXISTS user_email ON user (email);
CREATE INDEX IF NOT EXISTS user_first_name ON user (first_name);
CREATE INDEX IF NOT EXISTS user_last_name ON user (last_name);
CREATE INDEX IF NOT EXISTS user_status ON user (status, id);
CREATE INDEX IF NOT EXISTS user_last_updated ON user (last_updated);

CREATE TABLE IF NOT EXISTS user_credential (
  user_id TEXT PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE, password_hash TEXT, provider_type TEXT, provider_name TEXT,
  recovery_question TEXT, recovery_answer_hash TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS okta_group (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, profile TEXT NOT NULL, source_app_id TEXT, external_id TEXT,
  created TEXT NOT NULL, last_updated TEXT NOT NULL, last_membership_updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS okta_group_name ON okta_group (name);
CREATE INDEX IF NOT EXISTS okta_group_source ON okta_group (source_app_id, external_id);

CREATE TABLE IF NOT EXISTS group_member (
  group_id TEXT NOT NULL REFERENCES okta_group (id) ON DELETE CASCADE, user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  by_rule INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS group_member_user ON group_member (user_id);

CREATE TABLE IF NOT EXISTS group_owner (
  group_id TEXT NOT NULL REFERENCES okta_group (id) ON DELETE CASCADE, owner_id TEXT NOT NULL, type TEXT NOT NULL, last_updated TEXT NOT NULL,
  PRIMARY KEY (group_id, owner_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS group_owner_owner ON group_owner (owner_id);

CREATE TABLE IF NOT EXISTS role_assignment (
  assignee_id TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, created TEXT NOT NULL, PRIMARY KEY (assignee_id, type)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS role_target (
  assignee_id TEXT NOT NULL, role_id TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, sequence INTEGER NOT NULL, added TEXT NOT NULL,
  PRIMARY KEY (assignee_id, role_id, kind, target)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS org_document (
  kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, document TEXT NOT NULL,
  created TEXT NOT NULL, created_by TEXT NOT NULL, last_updated TEXT NOT NULL, last_updated_by TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS linked_object (
  primary_name TEXT PRIMARY KEY, associated_name TEXT NOT NULL UNIQUE, document TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS linked_object_value (
  primary_name TEXT NOT NULL REFERENCES linked_object (primary_name) ON DELETE CASCADE,
  associated_user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE, primary_user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  PRIMARY KEY (primary_name, associated_user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS linked_object_value_primary ON linked_object_value (primary_user_id, primary_name);

CREATE TABLE IF NOT EXISTS group_rule (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, expression TEXT NOT NULL, group_ids TEXT NOT NULL,
  excluded_user_ids TEXT NOT NULL, created TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, catalog_name TEXT, label TEXT NOT NULL COLLATE NOCASE, status TEXT NOT NULL, sign_on_mode TEXT,
  dialect TEXT NOT NULL, accessibility TEXT NOT NULL, visibility TEXT NOT NULL, credentials TEXT NOT NULL, settings TEXT NOT NULL,
  access_policy_id TEXT NOT NULL, logo_url TEXT, created TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS app_label ON app (label);

CREATE TABLE IF NOT EXISTS identity_provider (
  app_id TEXT PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE, type TEXT NOT NULL, protocol TEXT NOT NULL, policy TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_key (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, kid TEXT NOT NULL, certificate TEXT NOT NULL, public_jwk TEXT NOT NULL,
  created TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (app_id, kid)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_client_secret (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, id TEXT NOT NULL, status TEXT NOT NULL, value TEXT NOT NULL,
  created TEXT NOT NULL, last_updated TEXT NOT NULL, PRIMARY KEY (app_id, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_grant (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, id TEXT NOT NULL, scope_id TEXT NOT NULL, issuer TEXT NOT NULL,
  created_by TEXT NOT NULL, created TEXT NOT NULL, PRIMARY KEY (app_id, id), UNIQUE (app_id, scope_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_document (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, kind TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (app_id, kind)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_logo (
  app_id TEXT PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE, content_type TEXT NOT NULL, content BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_group (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, group_id TEXT NOT NULL REFERENCES okta_group (id) ON DELETE CASCADE,
  priority INTEGER NOT NULL, profile TEXT NOT NULL, last_updated TEXT NOT NULL, PRIMARY KEY (app_id, group_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS app_group_group ON app_group (group_id);

CREATE TABLE IF NOT EXISTS app_user (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  external_id TEXT, scope TEXT NOT NULL, status TEXT NOT NULL, sync_state TEXT NOT NULL, sync_error TEXT, last_sync TEXT,
  user_name TEXT NOT NULL COLLATE NOCASE, profile TEXT NOT NULL, overrides TEXT NOT NULL,
  created TEXT NOT NULL, last_updated TEXT NOT NULL, status_changed TEXT, password_changed TEXT, PRIMARY KEY (app_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS app_user_user ON app_user (user_id);
CREATE INDEX IF NOT EXISTS app_user_external ON app_user (app_id, external_id);
CREATE INDEX IF NOT EXISTS app_user_name ON app_user (app_id, user_name);
CREATE INDEX IF NOT EXISTS app_user_sync ON app_user (app_id, sync_state);

CREATE TABLE IF NOT EXISTS connection (
  app_id TEXT PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE, auth_scheme TEXT NOT NULL, status TEXT NOT NULL, base_url TEXT,
  authentication TEXT NOT NULL, token TEXT, username TEXT, oauth2 TEXT, set_by TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS features (
  app_id TEXT PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE, document TEXT NOT NULL, inbound TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS app_schema (
  app_id TEXT PRIMARY KEY REFERENCES app (id) ON DELETE CASCADE, name TEXT NOT NULL, base TEXT NOT NULL, custom TEXT NOT NULL,
  created TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS user_type (
  id TEXT PRIMARY KEY, schema_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, display_name TEXT NOT NULL, description TEXT, is_default INTEGER NOT NULL,
  base TEXT NOT NULL, custom TEXT NOT NULL, created TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS user_type_author (
  type_id TEXT PRIMARY KEY REFERENCES user_type (id) ON DELETE CASCADE, created_by TEXT, last_updated_by TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS profile_mapping (
  id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, direction TEXT NOT NULL, properties TEXT NOT NULL,
  UNIQUE (app_id, direction)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS push_mapping (
  id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, source_group_id TEXT NOT NULL, target_group_id TEXT NOT NULL,
  status TEXT NOT NULL, error_summary TEXT, last_push TEXT, created TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS push_mapping_source ON push_mapping (app_id, source_group_id);
CREATE INDEX IF NOT EXISTS push_mapping_group ON push_mapping (source_group_id);

CREATE TABLE IF NOT EXISTS org_event (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event_cursor (reader TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS provisioning_task (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE,
  kind TEXT NOT NULL, subject_id TEXT NOT NULL, payload TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, not_before TEXT NOT NULL,
  error TEXT, created TEXT NOT NULL, last_updated TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS provisioning_task_open ON provisioning_task (app_id, sequence) WHERE status IN ('pending', 'running');
CREATE INDEX IF NOT EXISTS provisioning_task_status ON provisioning_task (status, sequence);
CREATE INDEX IF NOT EXISTS provisioning_task_subject_status ON provisioning_task (app_id, subject_id, status);
DROP INDEX IF EXISTS provisioning_task_subject;

CREATE TABLE IF NOT EXISTS system_log (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, published TEXT NOT NULL, event_type TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS system_log_published ON system_log (published, sequence);
CREATE INDEX IF NOT EXISTS system_log_type ON system_log (event_type, sequence);

CREATE TABLE IF NOT EXISTS api_token (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, scopes TEXT, user_id TEXT, created TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS oauth_client (
  client_id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, keys TEXT NOT NULL, dpop_required INTEGER NOT NULL, created TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS access_token (
  sha256 TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES oauth_client (client_id) ON DELETE CASCADE, scopes TEXT NOT NULL,
  expires_at TEXT NOT NULL, dpop_thumbprint TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used_assertion (jti TEXT PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS policy (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, description TEXT, priority INTEGER NOT NULL, system INTEGER NOT NULL,
  resource_type TEXT, created TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS policy_change (
  policy_id TEXT PRIMARY KEY REFERENCES policy (id) ON DELETE CASCADE, status TEXT NOT NULL, last_updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS policy_rule (
  policy_id TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE, id TEXT NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL,
  priority INTEGER NOT NULL, system INTEGER NOT NULL, conditions TEXT NOT NULL, actions TEXT NOT NULL,
  created TEXT NOT NULL, last_updated TEXT NOT NULL, PRIMARY KEY (policy_id, id)
) WITHOUT ROWID;
`;
