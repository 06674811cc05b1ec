"""The keys of stored sign-ins: made once, kept from others, rotated, and missed loudly when they are gone."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.errors import SecretKeyError
from api.oauth.clients import find_client, put_client
from api.oauth.records import RegisteredClient, Tokens
from api.oauth.repository import OAuthRepository
from api.settings import Settings
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.models import new_id
from api.workspaces.secrets import SecretBox, key_id, make_keys, new_key, read_keys
from api.workspaces.service import find_or_create_workspace
from api.workspaces.vault import open_vault, rotate, used_keys


def _settings(folder: Path, *keys: str) -> Settings:
    return Settings(data_dir=folder, secret_keys=SecretStr(",".join(keys)))


def _store(metadata: MetadataDatabase) -> tuple[str, str]:
    """Store a grant, and return the ids of its workspace and of itself."""
    workspace_id, grant_id = find_or_create_workspace(metadata, "main").id, new_id()
    tokens = Tokens({"access_token": "a-token", "refresh_token": "r-token"})
    sealed = metadata.secrets.seal(workspace_id, grant_id, tokens.values)
    with metadata.write() as session:
        columns = {"source": "zendesk", "auth_kind": "oauth2", "settings": {}}
        OAuthRepository(session).add_grant(workspace_id, grant_id, columns, sealed, tokens)
    return workspace_id, grant_id


def _read(metadata: MetadataDatabase, workspace_id: str, grant_id: str) -> dict[str, object]:
    with metadata.read() as session:
        grant = OAuthRepository(session).grant(workspace_id, grant_id)
    assert grant is not None
    return metadata.secrets.open(workspace_id, grant_id, grant.secret)


class TestBox:
    def test_a_secret_is_its_rows_alone(self) -> None:
        box = SecretBox([new_key()])
        sealed = box.seal("w1", "g1", {"access_token": "rosebud"})

        assert "rosebud" not in sealed.text
        assert box.open("w1", "g1", sealed.text) == {"access_token": "rosebud"}
        for workspace, row in (("w2", "g1"), ("w1", "g2")):
            with pytest.raises(SecretKeyError, match="another row"):
                box.open(workspace, row, sealed.text)

    def test_the_newest_key_encrypts_and_all_read(self) -> None:
        old, new = new_key(), new_key()
        before = SecretBox([old]).seal("w", "g", {"n": 1})
        both = SecretBox([new, old])

        assert both.open("w", "g", before.text) == {"n": 1}
        after = both.seal("w", "g", {"n": 2})
        assert after.key_id == key_id(new)
        with pytest.raises(SecretKeyError, match="cannot be decrypted"):
            SecretBox([old]).open("w", "g", after.text)

    def test_a_changed_ciphertext_is_refused(self) -> None:
        box = SecretBox([new_key()])
        text = box.seal("w", "g", {"n": 1}).text
        with pytest.raises(SecretKeyError):
            box.open("w", "g", text[:-8] + "AAAAAAA=")

    @pytest.mark.parametrize("keys", [["short"], [""], []])
    def test_what_is_no_key_is_refused(self, keys: list[str]) -> None:
        with pytest.raises(SecretKeyError, match="key"):
            SecretBox(keys)


class TestKeysFile:
    def test_the_first_start_makes_it_for_its_owner_alone(self, tmp_path: Path) -> None:
        open_vault(_settings(tmp_path)).close()
        path = tmp_path / "secret.keys"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        made = path.read_text()
        open_vault(_settings(tmp_path)).close()
        assert path.read_text() == made

    def test_several_first_starts_agree(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.keys"
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(lambda _: make_keys(path), range(16)))
        assert found == {read_keys(path)}
        assert [one.name for one in tmp_path.iterdir()] == ["secret.keys"]

    def test_a_file_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.keys"
        make_keys(path)
        path.chmod(0o644)
        with pytest.raises(SecretKeyError, match="chmod 600"):
            open_vault(_settings(tmp_path))

    def test_the_setting_goes_before_the_file(self, tmp_path: Path) -> None:
        key = new_key()
        metadata = open_vault(_settings(tmp_path, key))
        assert metadata.secrets.newest == key_id(key)
        assert not (tmp_path / "secret.keys").exists()
        metadata.close()


class TestMissing:
    def test_encrypted_data_without_its_file_does_not_start(self, tmp_path: Path) -> None:
        metadata = open_vault(_settings(tmp_path))
        _store(metadata)
        metadata.close()
        kept = (tmp_path / "secret.keys").read_text().strip()
        (tmp_path / "secret.keys").unlink()

        with pytest.raises(SecretKeyError, match="1 stored sign-ins are encrypted"):
            open_vault(_settings(tmp_path))
        assert not (tmp_path / "secret.keys").exists(), "no new key that would hide the loss"
        open_vault(_settings(tmp_path, new_key(), kept)).close()

    def test_another_key_does_not_start_either(self, tmp_path: Path) -> None:
        metadata = open_vault(_settings(tmp_path, new_key()))
        _store(metadata)
        metadata.close()
        with pytest.raises(SecretKeyError, match="not among those given"):
            open_vault(_settings(tmp_path, new_key()))

    def test_metadata_without_keys_gives_no_secret(self, tmp_path: Path) -> None:
        metadata = open_metadata(_settings(tmp_path).metadata_url)
        with pytest.raises(SecretKeyError):
            _ = metadata.secrets
        metadata.close()


class TestRotation:
    def test_everything_is_encrypted_again_while_a_server_runs(self, tmp_path: Path) -> None:
        settings = _settings(tmp_path)
        running, metadata = open_vault(settings), open_vault(settings)
        workspace_id, grant_id = _store(metadata)
        put_client(metadata, workspace_id, "zendesk", RegisteredClient("id", "hush"))
        before = metadata.secrets.newest

        count, newest = rotate(settings, metadata)

        assert (count, newest != before) == (2, True)
        assert used_keys(metadata) == {newest: 2}
        assert _read(running, workspace_id, grant_id)["refresh_token"] == "r-token"
        assert find_client(running, workspace_id, "zendesk", {}) == RegisteredClient("id", "hush")
        assert running.secrets.newest == newest
        rotate(settings, metadata)
        assert len(read_keys(tmp_path / "secret.keys")) == 2
        assert before not in [key_id(key) for key in read_keys(tmp_path / "secret.keys")]
        for one in (running, metadata):
            one.close()

    def test_the_old_key_reads_nothing_any_more(self, tmp_path: Path) -> None:
        old, new = new_key(), new_key()
        metadata = open_vault(_settings(tmp_path, old))
        workspace_id, grant_id = _store(metadata)
        rotate(_settings(tmp_path, new, old), metadata)
        metadata.close()

        alone = open_vault(_settings(tmp_path, new))
        assert _read(alone, workspace_id, grant_id)["access_token"] == "a-token"
        alone.close()
        with pytest.raises(SecretKeyError):
            open_vault(_settings(tmp_path, old))

    def test_the_command_rotates_and_lists(self, tmp_path: Path) -> None:
        metadata = open_vault(_settings(tmp_path))
        _store(metadata)
        metadata.close()
        environment = {"BELVEDERE_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
        program = Path(sys.executable).parent / "belvedere"

        def run(*words: str) -> str:
            done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert run("secrets", "rotate").startswith("1 stored secrets are encrypted with key ")
        newest, before = run("secrets", "list").splitlines()
        assert newest.endswith("newest  1 secrets")
        assert before.endswith("reads  0 secrets")
        assert len(run("secrets", "new-key").strip()) == 44
        assert run("key", "create", "--name", "scripts", "--admin").startswith("bvk_")
        assert "all clients, administers" in run("key", "list")
