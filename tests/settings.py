"""Settings for tests: a fast hasher, tasks in place, files in a folder of their own; the same code otherwise.

They stand outside `portal.settings` because an import from there reads the environment, which is set here first.
"""

import atexit
import os
import shutil
import tempfile

os.environ["ENV_FILE"] = os.devnull  # what this machine's installation is set to changes no test
os.environ["DEMO"] = "false"  # nor does a demonstration that runs beside them
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-for-tests")
if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="gatehouse-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from portal.settings.base import *  # noqa: F403  the environment above has to be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SECOND_FACTOR_REQUIRED = False  # tests of it switch it on
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  what serves static files warns where there is no folder
