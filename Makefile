# The two commands are `make run` and `make test`; `make help` lists the rest.
SWIFT  ?= swift
RLRUN  := .build/release/rlrun
NAME   := first-light
OUTPUT := output
PREFIX ?= /usr/local

# Seeds, trials and tests run side by side, so that each product of matrices keeps to one thread.
export OPENBLAS_NUM_THREADS = 1

.PHONY: help setup build run test mujoco python python-envs-test python-package python-test install release lint docs examples studio test-server mlflow-client benchmarks bench-ppo bench-agents bench-parity bench-environments bench-python-envs bench-python bench-robots bench-supervised bench-models bench-tables bench-autopilot bench-autopilot-honesty portfolio bench-search bench-data bench-kernels bench-parquet bench-tracker bench-studio bench-import bench-studio-kills bench-studio-figures browser-test screenshots bench-debugger bench-faults bench-resume bench-fuzz sanitize study study-best debugger-corpus clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup:
	@scripts/setup

# With Swift's libraries inside it the program starts faster, and runs where there is no Swift. Not every Swift has them.
# The linker is the one that comes with those that have: others warn of what Foundation uses. Linked to a fixed address the
# program starts a tenth faster, for nothing in it must be moved first.
STATIC = $(shell $(SWIFT) -print-target-info 2>/dev/null | sed -n 's|.*"runtimeResourcePath": "\(.*\)".*|\1_static/linux|p' \
  | xargs -r -I '{}' test -d '{}' && echo --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-pie)

build: setup  ## build the rlrun program
	$(SWIFT) build -c release --product rlrun $(STATIC)

run: build  ## train PPO on CartPole-v1 with 5 seeds, then compare, plot and export the runs
	@mkdir -p $(OUTPUT)
	$(RLRUN) train CartPole-v1 --agent ppo --preset zoo --seeds 1-5 --experiment $(NAME)
	$(RLRUN) compare --experiment $(NAME)
	$(RLRUN) plot --experiment $(NAME) --metric rollout/ep_rew_mean
	$(RLRUN) plot --experiment $(NAME) --metric rollout/ep_rew_mean -o $(OUTPUT)/$(NAME).svg
	$(RLRUN) export --experiment $(NAME) --format csv -o $(OUTPUT)/$(NAME).csv
	@echo
	@echo "Done: PPO learned CartPole-v1 from 5 seeds."
	@echo "  the runs          $${RLRUN_STORE:-runs}/"
	@echo "  learning curve    $(OUTPUT)/$(NAME).svg"
	@echo "  every metric      $(OUTPUT)/$(NAME).csv"
	@echo "  the program       $(RLRUN)"
	@echo "Try next:"
	@echo "  $(RLRUN) runs"
	@echo "  $(RLRUN) show latest"
	@echo "  $(RLRUN) reproduce latest"
	@echo "  $(RLRUN) train --help"

# Tests see internal names, which takes a build of their own; a folder of their own keeps `make run` from rebuilding.
test: setup  ## run all tests, in release mode
	$(SWIFT) test -c release -Xswiftc -enable-testing --parallel --scratch-path .build-test

# What answers HTTP stands on SwiftNIO, and is built for those who ask for it.
studio: build  ## build rlrun-server, the program behind `rlrun studio`
	RLRUN_SERVER=1 $(SWIFT) build -c release --product rlrun-server $(STATIC)

test-server: setup  ## run the server's tests, in release mode; with MLflow's client too where make mlflow-client has fetched it
	RLRUN_SERVER=tests $(SWIFT) test -c release -Xswiftc -enable-testing --parallel --scratch-path .build-test
	test ! -x .mlflow-client/bin/python || .mlflow-client/bin/python Benchmarks/Peers/studio.py .build-test/release/rlrun-server --usage

mlflow-client:  ## fetch mlflow-skinny, with which make test-server does what programs do with MLflow's client: into .mlflow-client
	scripts/mlflow-client

mujoco:  ## fetch MuJoCo and Gymnasium's robots for environments like HalfCheetah-v5: into .mujoco, or RLRUN_MUJOCO=
	scripts/mujoco

python:  ## fetch Gymnasium and NumPy into .python, with which the tests step environments in Python
	scripts/python

python-envs-test: setup python  ## run the tests of environments in Python
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-test --filter PythonEnvironmentsTests

# Python loads it into a process of its own kind, so it has Swift's libraries inside and what else it needs beside it.
python-package: setup  ## build the Python package rlrun as a wheel: into OUTPUT=.build/python
	@test -n "$(STATIC)" || { echo "python-package: this Swift has no static libraries to put into it" >&2; exit 1; }
	RLRUN_LIBRARY=1 $(SWIFT) build -c release --product PythonLibrary $(filter-out -Xlinker --no-pie,$(STATIC))
	scripts/python-package .build/release/libPythonLibrary.so "$(if $(filter command line,$(origin OUTPUT)),$(OUTPUT),.build/python)"

python-test: build python-package  ## run the Python package's tests, in an environment of their own: .python-test
	scripts/python-test .build/python

install: build  ## install the program, its manual page and shell completions: PREFIX=/usr/local, DESTDIR=
	DESTDIR="$(DESTDIR)" scripts/install $(RLRUN) "$(PREFIX)"

release: build  ## pack rlrun-VERSION-linux-MACHINE.tar.gz: what install installs, licence and changes
	scripts/release $(RLRUN) .

# The suites that are about memory and threads: the log, the store, what they are built on.
SANITIZED := TrackerTests|InterchangeTests|FormatsTests|RandomnessTests|DatasetsTests

sanitize: setup  ## run the tracker's tests under the address and the thread sanitizer
	for kind in address thread; do \
	  $(SWIFT) test -c release -Xswiftc -enable-testing --disable-xctest --sanitize=$$kind --scratch-path .build-$$kind \
	    --filter '$(SANITIZED)' || exit 1; \
	done

lint:  ## check the format of every Swift file
	git ls-files -z '*.swift' | xargs -0 $(SWIFT) format lint --strict --parallel

# The benchmarks are targets of the package for those who ask for them, and share what was built for the program.
BENCHMARK = RLRUN_BENCHMARKS=1 $(SWIFT) run -c release $(STATIC)

benchmarks: build  ## build the benchmarks, which are the targets bench, study and corpus
	RLRUN_BENCHMARKS=1 $(SWIFT) build -c release $(STATIC)

docs: build  ## build the documentation of the libraries: .build/rlrun.doccarchive, a web site as it stands
	scripts/build-docs .build/rlrun.doccarchive

examples: build  ## build and run the packages in Examples, which use the libraries as any program would
	SWIFT_FLAGS="$(STATIC)" scripts/check-examples $(RLRUN)

bench-ppo: setup  ## steps per second of PPO beside its peers': make bench-ppo PEERS=path/to/venv
	PEERS="$(PEERS)" PEERS_JAX="$(PEERS_JAX)" $(BENCHMARK) bench ppo

bench-agents: setup  ## training steps per second of every family beside Stable-Baselines3: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench agents

bench-parity: setup  ## repeat updates of our agents in Stable-Baselines3's own code, write Docs/PARITY.md: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench parity

bench-environments: setup  ## environment steps per second beside peers': PEERS=, PEERS_JAX=, PEERS_ENVPOOL=
	PEERS="$(PEERS)" PEERS_JAX="$(PEERS_JAX)" PEERS_ENVPOOL="$(PEERS_ENVPOOL)" $(BENCHMARK) bench environments

bench-python-envs: build python  ## environments in Python beside Gymnasium's vectors, and killed with their workers
	PEERS="$(or $(PEERS),.python)" $(BENCHMARK) bench python-envs
	$(BENCHMARK) bench python-kills

bench-python: python-package  ## the Python package beside Stable-Baselines3, Gymnasium's vectors and EnvPool: PEERS=path/to/venv
	"$(PEERS)/bin/pip" install --quiet --force-reinstall --no-deps .build/python/rlrun-*.whl
	"$(PEERS)/bin/python" Benchmarks/Peers/python_package.py
	"$(PEERS)/bin/python" Benchmarks/Peers/sb3_vec_env.py

bench-robots: setup mujoco  ## steps of MuJoCo's robots per second beside a plain C loop
	$(BENCHMARK) bench robots

bench-supervised: setup  ## supervised training and inference beside PyTorch, scikit-learn, ONNX Runtime: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench supervised

bench-models: setup  ## boosted trees beside LightGBM and XGBoost, neighbours beside faiss: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench models

bench-tables: setup  ## models of trees on public tables beside LightGBM, XGBoost and scikit-learn: PEERS= FOLDER=
	PEERS="$(PEERS)" $(BENCHMARK) bench tables --folder "$(or $(FOLDER),.build/tables)"

bench-autopilot: setup  ## answers of Autopilot beside AutoGluon, FLAML and LightGBM on public tables: PEERS= FOLDER= SECONDS=
	PEERS="$(PEERS)" $(BENCHMARK) bench autopilot --folder "$(or $(FOLDER),.build/autopilot)" --seconds "$(or $(SECONDS),60)"

bench-autopilot-honesty: setup  ## what Autopilot says where nothing can be learnt, of leaks and wrong labels: FOLDER=
	$(BENCHMARK) bench autopilot-honesty --folder "$(or $(FOLDER),.build/autopilot-honesty)"

portfolio: setup  ## what Autopilot tries first, chosen on public tables; resumable: PEERS= FOLDER=
	PEERS="$(PEERS)" $(BENCHMARK) bench portfolio --write --folder "$(or $(FOLDER),.build/portfolio)"

bench-search: setup  ## samplers and pruners of searches beside Optuna's: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench search

bench-data: setup  ## CSV, profiles, Parquet and data sets beside pandas, Polars, PyArrow and DuckDB: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench data

bench-kernels: setup  ## each vector kernel beside libm's scalar loop and the speed of memory
	$(BENCHMARK) bench kernels

bench-parquet: setup  ## Parquet files read by pyarrow, pandas and DuckDB, speed beside pyarrow's: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench parquet

bench-tracker: build  ## the log beside TensorBoard, MLflow, W&B and Trackio: PEERS=
	PEERS="$(PEERS)" $(BENCHMARK) bench tracker

browser-test: studio  ## Studio in Chromium: every page, and axe-core's rules with AXE=path/to/axe.min.js
	python3 Benchmarks/Browser/studio.py .build/release $(if $(AXE),--axe $(AXE))

screenshots: studio  ## write the documentation's pictures of Studio, and of an autopilot's page
	python3 Benchmarks/Browser/studio.py .build/release --pictures Docs/studio
	scripts/autopilot-picture $(RLRUN) Docs/autopilot

bench-studio: studio  ## what programs do with MLflow's client, and the server's time a call: PEERS=path/to/venv
	"$(PEERS)/bin/python" Benchmarks/Peers/studio.py .build/release/rlrun-server
	"$(PEERS)/bin/python" Benchmarks/Peers/studio.py --mlflow
	"$(PEERS)/bin/python" Benchmarks/Peers/studio.py --empty

bench-import: build  ## rlrun import of MLflow's SQLite file beside MLflow's client reading it: PEERS=path/to/venv
	"$(PEERS)/bin/python" Benchmarks/Peers/import.py .build/release/rlrun

bench-studio-kills: studio  ## kill Studio's server 200 times under load: nothing answered is missing; and thousands of idle connections
	python3 Benchmarks/Studio/kills.py .build/release

bench-studio-figures: studio  ## how fast Studio is with 10,000 runs, in Chromium
	python3 Benchmarks/Studio/figures.py .build/release

bench-debugger: setup  ## what the debugger's rules and signals cost
	$(BENCHMARK) bench debugger

bench-faults: build  ## kill writers, data commands and workflows, crowd a store, damage logs, fill a disk: nothing acknowledged is missing
	$(BENCHMARK) bench faults
	$(BENCHMARK) bench kills

bench-resume: build  ## kill trainings with rewinds and resume them: equal, bit for bit, to those left alone
	$(BENCHMARK) bench resume

bench-fuzz: setup  ## a million mutated inputs for each reader of bytes, 20,000 for each command's options, each agent's and model's settings
	$(BENCHMARK) bench fuzz
	RLRUN_FUZZ=20000 $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-test --filter Fuzz

study: setup mujoco  ## train every agent in its worlds and write Docs/RESULTS.md: make study TIER=1
	$(BENCHMARK) study --tier $(or $(TIER),1) --jobs $(or $(JOBS),1)

study-best: setup  ## train the presets best and zoo to their thresholds and write Docs/RESULTS.md
	$(BENCHMARK) study --best --jobs $(or $(JOBS),1)

debugger-corpus: setup  ## train broken and healthy runs, count what the debugger finds, write Docs/DETECTION.md
	$(BENCHMARK) corpus --jobs $(or $(JOBS),2)

clean:  ## remove what was built; runs stay
	rm -rf .build .build-test .build-address .build-thread
