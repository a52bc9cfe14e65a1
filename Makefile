# Targets a reader uses are listed by a plain "make": the lines with two hashes behind the target.
# GNU make 3.81 or newer; the work is done by the programs in tools/.

CC = cc
CFLAGS = -Wall -Wextra
SHELL = /bin/sh

steps := $(patsubst %/server.c,%,$(sort $(wildcard step[0-9][0-9]-*/server.c)))
STEP = 05

.DEFAULT_GOAL = help
.PHONY: help $(steps) clients demo check diff transcripts lessons test lint clean setup FORCE

help: ## show this list
	@echo 'make stepNN        build one step into ./a.out: $(steps)'
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; \
		do printf 'make %-13s %s\n' "$$name" "$$text"; done

# step3, step03 and step03-listen mean the same. The folders exist, so their names have to be phony.
define build_step
@tools/setup cc
$(CC) $(CFLAGS) -o a.out $(or $(shell tools/step $@ 2>/dev/null),$(error $(shell tools/step $@ 2>&1)))/server.c
endef

$(steps):
	$(build_step)

step%: FORCE
	$(build_step)

FORCE:

clients: clients/client ## build the C client into clients/client

clients/client: clients/client.c
	@tools/setup cc
	$(CC) $(CFLAGS) -O2 -o $@ $<

# For the tools and tests, which have a copy of their own: ./a.out is the reader's.
build/launch: tools/launch.c | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/step%: step%/server.c | build
	$(CC) $(CFLAGS) -o $@ $<

build:
	mkdir -p $@

demo: ## the server under strace beside a client, live (STEP=03, CLIENT=ruby, python or c)
	@tools/setup bash cc strace ss
	@tools/demo '$(STEP)'

check: ## how far your program has got, and what is wrong with it (PROGRAM='python3 mine.py', STEP=03)
	@tools/setup bash strace ss python3
	@CHECK_STEP='$(if $(filter command line environment,$(origin STEP)),$(STEP))' tools/check $(if $(PROGRAM),'$(subst ','\'',$(PROGRAM))')

diff: ## what a step adds to the step before (STEP=04)
	@tools/setup bash
	@tools/diff '$(STEP)'

transcripts: ## record every server.strace and client.strace anew
	@tools/setup bash cc strace ss
	@for step in $(steps); do tools/record $$step $$step || exit 1; done

lessons: ## fill the blocks of code and output in the lessons anew
	@tools/setup bash cc strace ss python3
	@tools/lessons write

test: ## run every test
	@tools/setup
	@tools/test

lint: ## check the shell scripts, the formatting, and every compiler warning
	@tools/setup bash cc shellcheck clang clang-format python3 ruby
	@tools/lint

clean: ## remove everything that was built
	rm -rf a.out build clients/client

setup: ## install the tools that are missing
	@tools/setup
