"""Functions over pyarrow, pandas and numpy batches, with a Python that has them: functions_test.py TEST_PROGRAM"""
import os
import subprocess
import sys

done = subprocess.run(
    [sys.argv[1], "--gtest_filter=*PythonBatchTest*", "--gtest_brief=1"],
    env={**os.environ, "WEIR_TEST_PYTHON": sys.executable},
    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
print(done.stdout)
if "SKIPPED" in done.stdout:
    sys.exit("a package is missing although requirements.txt names it")
sys.exit(done.returncode)
