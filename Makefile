# regimefolio
#
#   make demo     build, ingest the sample, train, backtest out of sample, allocate, write reports
#   make test     all tests, in release (numeric tests are 10 to 30 times slower in debug)
#   make lint     formatting, and the rule that no signal depends on the C library's mathematics
#   make format   rewrite the sources in the house format
#   make bench    measure speed (Benchmarks/, a package of its own)
#   make docs     reference documentation into .build/docs
#   make clean    remove what was built

SWIFT ?= swift
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
PROGRAM = .build/release/regimefolio

.PHONY: demo test lint format bench docs clean build requirements

demo: build
	$(PROGRAM) demo

build: requirements
	$(SWIFT) build -c release --product regimefolio

test: requirements
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

lint:
	$(SWIFT) format lint --strict -r $(SOURCES)
	./.ci/lint-purity

format:
	$(SWIFT) format -i -r $(SOURCES)

bench: requirements
	cd Benchmarks && $(SWIFT) run -c release benchmarks

docs: requirements
	$(SWIFT) package --scratch-path .build dump-symbol-graph --minimum-access-level public
	rm -rf .build/docs
	docc convert --fallback-display-name regimefolio --fallback-bundle-identifier regimefolio \
	  --fallback-bundle-version 1 --output-path .build/docs \
	  --additional-symbol-graph-dir "$$(find .build -type d -name symbolgraph | head -1)"
	@echo "documentation: .build/docs"

clean:
	rm -rf .build Benchmarks/.build reports

# Names what is missing; installs what Debian's package manager may install here.
requirements:
	@./.ci/requirements
