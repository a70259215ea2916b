# Everything that is done with this repository. `make` alone lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup packages ground build double check test fuzz soak demo bench format tidy clean

GROUND_PYTHON = PYTHONPATH=test/ground PYTHONDONTWRITEBYTECODE=1 $$(test/ground/install --print-python)
# The stand-in for EC2 that the demo runs on: our own double, which shows more, or moto.
EC2 ?= double
export KEEP EC2

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: packages ground ## Install what is missing: Debian packages, and the servers of the test ground (once, about 8 minutes)

packages:
	@tools/packages.sh build test

ground: packages
	@test/ground/install

build: ## Build the operator: build/release/k8s-aws-operator
	@tools/packages.sh build
	@tools/step.sh "release build" tools/build.sh release

double: packages ## Build the stand-in for EC2 of our own: build/test/test/ec2_double/ec2-double
	@tools/step.sh "EC2 double" tools/build.sh test ec2-double

check: packages ## What needs no servers: dev build, unit tests, layers, reasons, format (run it before each commit)
	@tools/check.sh

test: setup ## Every test: layers, reasons, format, headers, sanitizers, model, requests to AWS, live tests on a real control plane
	@tools/packages.sh fuzz
	@tools/test.sh

fuzz: ## Fuzz the parsers: TIME=seconds (3) or RUNS=executions for each, ONLY="target ..." for some of them
	@tools/packages.sh build fuzz
	@tools/step.sh "fuzz" tools/fuzz.sh $(ONLY)

SEEDS ?= 10000
FROM ?= 1
JOBS ?= $(shell nproc)
soak: packages ## Histories of the whole operator, simulated: SEEDS=10000 FROM=1 JOBS=2; the last line is a summary
	@tools/step.sh "optimised test build" tools/build.sh test simulate
	@build/test/test/simulation/simulate --from $(FROM) --seeds $(SEEDS) --jobs $(JOBS)

demo: setup build $(if $(filter double,$(EC2)),double) ## A walk through the usage on a real control plane; KEEP=1 leaves it running, EC2=moto takes moto for EC2
	@$(GROUND_PYTHON) test/demo/demo.py

bench: setup build ## Measure the operator under load
	@$(GROUND_PYTHON) test/bench/bench.py

format: packages ## Format the C++ files
	@tools/format.sh

tidy: ## clang-tidy with our short list of checks (minutes)
	@tools/packages.sh build tidy
	@tools/step.sh "clang-tidy" tools/tidy.sh

clean: ## Remove everything that was built here (the test ground's cache in ~/.cache stays)
	rm -rf build
