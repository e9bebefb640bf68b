"""Functions over pyarrow, pandas and numpy batches, with a Python that has them: functions_test.py TEST_PROGRAM"""
import os
import subprocess
import sys

sys.exit(subprocess.run([sys.argv[1], "--gtest_brief=1"], env={**os.environ, "WEIR_TEST_PYTHON": sys.executable}, check=False).returncode)
