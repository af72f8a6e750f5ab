# regimefolio
#
#   make demo     build, ingest the sample, train, backtest out of sample, allocate, write reports
#   make test     all tests, in release (numeric tests are 10 to 30 times slower in debug)
#   make mutation plant deliberate defects, one by one, and see 'verify' find each
#   make lint     formatting, and the rule that no signal depends on the C library's mathematics
#   make format   rewrite the sources in the house format
#   make evidence measure the claims on generated markets: docs/evidence.md (an hour)
#   make peers    install the programs that models and speed are compared with
#   make interop  let those programs prove that exported and imported models are the same
#   make bench    measure speed (Benchmarks/, a package of its own)
#   make docs     reference documentation into .build/docs
#   make clean    remove what was built

SWIFT ?= swift
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
PROGRAM = .build/release/regimefolio
PYTHON = Benchmarks/.venv/bin/python

# Tests are built with a seam for planted defects, which what is shipped does not have, and without what
# debuggers read.
DEFECTS = REGIMEFOLIO_PLANTED_DEFECTS=1
DEFECTS_BUILD = --scratch-path .build-defects -c release -debug-info-format none

.PHONY: demo test mutation evidence lint format peers interop bench docs clean build requirements

demo: build
	$(PROGRAM) demo

build: requirements
	$(SWIFT) build -c release --product regimefolio

test: requirements
	./.ci/kernels-on-arm
	$(DEFECTS) $(SWIFT) build $(DEFECTS_BUILD) --build-tests
	$(DEFECTS) $(SWIFT) test $(DEFECTS_BUILD) --skip-build

# On the demo's bars and models; the last lines fail if the shipped program has the seam.
mutation: demo
	$(DEFECTS) $(SWIFT) build $(DEFECTS_BUILD) --product regimefolio
	$(DEFECTS) $(SWIFT) build $(DEFECTS_BUILD) --product mutation
	.build-defects/release/mutation portfolios/crypto.yaml
	grep -q REGIMEFOLIO_DEFECT .build-defects/release/regimefolio
	! grep -q REGIMEFOLIO_DEFECT $(PROGRAM)

# Models stay in .build/evidence, so that a run that was stopped goes on.
evidence: build
	$(PROGRAM) evidence --scratch .build/evidence

lint:
	$(SWIFT) format lint --strict -r $(SOURCES)
	./.ci/lint-purity

format:
	$(SWIFT) format -i -r $(SOURCES)

# Some hundred MB from the package index, into a folder that git ignores.
peers:
	python3 -m venv Benchmarks/.venv
	$(PYTHON) -m pip install -r Benchmarks/peers/requirements.txt

interop: build
	@if [ -x $(PYTHON) ]; then $(PYTHON) Benchmarks/peers/interop.py $(PROGRAM); \
	else echo "skipped: the other programs are not installed; 'make peers' installs them"; fi

# Another part of the work by name: make bench WORK="hmm fit".
bench: build
	cd Benchmarks && $(SWIFT) build -c release && $(SWIFT) run -c release --skip-build benchmarks $(WORK)

docs: requirements
	$(SWIFT) package --scratch-path .build dump-symbol-graph --minimum-access-level public
	rm -rf .build/docs
	docc convert --fallback-display-name regimefolio --fallback-bundle-identifier regimefolio \
	  --fallback-bundle-version 1 --output-path .build/docs \
	  --additional-symbol-graph-dir "$$(find .build -type d -name symbolgraph | head -1)"
	@echo "documentation: .build/docs"

clean:
	rm -rf .build .build-defects Benchmarks/.build reports

# Names what is missing; installs what Debian's package manager may install here.
requirements:
	@./.ci/requirements
