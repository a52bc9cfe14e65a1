# Targets a reader uses are listed by a plain "make": the lines with two hashes behind the target.
# GNU make 3.81 or newer; the work is done by the programs in tools/.

CC = cc
CFLAGS = -Wall -Wextra
SHELL = /bin/sh

steps := $(patsubst %/server.c,%,$(sort $(wildcard step[0-9][0-9]-*/server.c)))
STEP = 05
# What the user has set it to, if anything; and a text as one word for the shell.
STEP_WANTED := $(if $(filter command line environment,$(origin STEP)),$(STEP))
quoted = '$(subst ','\'',$(1))'

.DEFAULT_GOAL = help
.PHONY: help $(steps) clients demo check watch explain riddle break diff transcripts lessons bench analyse elsewhere faults test lint clean \
	setup FORCE

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

# Without its number: make would look for a step.o to build it from.
step: FORCE
	$(build_step)

FORCE:

clients: clients/client ## build the C client into clients/client

clients/client: clients/client.c
	@tools/setup cc
	$(CC) $(CFLAGS) -O2 -o $@ $<

# For the tools and tests, which have a copy of their own: ./a.out is the reader's.
build/launch: tools/launch.c | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/hostile: tests/hostile.c | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/load: tools/load.c | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/step%: step%/server.c | build
	$(CC) $(CFLAGS) -o $@ $<

build/bench/floor: bench/floor.c | build/bench
	$(CC) $(CFLAGS) -o $@ $<

# Go would keep its cache in the home folder; nothing here may leave anything outside build/.
build/bench/go-%: bench/go-%/main.go | build/bench
	GOCACHE='$(CURDIR)/build/go' GOPROXY=off GOFLAGS= go build -o $@ $<

build build/bench:
	mkdir -p $@

demo: ## the server under strace beside a client, live (STEP=03, CLIENT=ruby, python or c)
	@tools/setup bash cc strace ss
	@tools/demo $(call quoted,$(STEP))

check: ## how far your server.c has got, and what is wrong with it (PROGRAM='python3 mine.py', STEP=03)
	@tools/setup bash cc strace python3
	@CC='$(CC)' CHECK_STEP=$(call quoted,$(STEP_WANTED)) tools/check $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

watch: ## the same at every save, in short, until Ctrl-C
	@tools/setup bash cc strace python3
	@CC='$(CC)' CHECK_STEP=$(call quoted,$(STEP_WANTED)) tools/watch $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

explain: ## a mistake that make check names: how it looks, and the fix (MISTAKE=bind/no-htons)
	@tools/setup bash python3
	@tools/explain $(if $(MISTAKE),$(call quoted,$(MISTAKE)))

riddle: ## a server with an unknown mistake in ./a.out: find it (NAME=7: that one)
	@tools/setup bash cc python3
	@CC='$(CC)' tools/riddle $(if $(NAME),$(call quoted,$(NAME)))

break: ## a step with one thing changed in ./a.out, to experiment with (NAME=backlog; without: which there are)
	@tools/setup bash cc python3
	@CC='$(CC)' tools/break $(if $(NAME),$(call quoted,$(NAME)))

diff: ## what a step adds to the step before (STEP=04)
	@tools/setup bash diff
	@tools/diff $(call quoted,$(STEP))

transcripts: ## record every server.strace and client.strace anew
	@tools/setup bash cc strace ss
	@for step in $(steps); do tools/record $$step $$step || exit 1; done

bench: ## what a connection costs, step05 beside others (RECORD=1: into docs/)
bench: ## with SUITE=1: how long make stepNN, make check and make test take
ifeq ($(SUITE),1)
	@tools/setup
	@tools/bench-suite
else
	@tools/setup bash cc strace ss python3 ruby
	@tools/bench $(if $(filter 1,$(RECORD)),--record)
endif

lessons: ## fill the blocks of code and output in the lessons anew
	@tools/setup bash cc strace ss python3
	@tools/lessons write

test: ## run every test (STEP=03: those of one step)
	@tools/setup
	@tools/test $(if $(STEP_WANTED),$(call quoted,$(STEP_WANTED)))

elsewhere: ## build and run the steps with clang and musl, and for i386 and aarch64 (Debian, Ubuntu)
	@tools/setup bash cc ss clang musl-gcc i686-linux-gnu-gcc aarch64-linux-gnu-gcc qemu-i386 qemu-aarch64
	@tools/elsewhere

analyse: ## have gcc's analyzer, clang-tidy and cppcheck look for mistakes in the C files
	@tools/setup bash gcc clang-tidy cppcheck
	@tools/analyse

faults: ## have strace make every call fail in every way, and judge the servers
	@tools/setup bash cc strace ss
	@tools/faults

lint: ## check the scripts, the formatting, every compiler warning, and what analyzers find
	@tools/setup bash cc shellcheck clang clang-format gcc clang-tidy cppcheck python3 ruby
	@tools/lint

clean: ## remove everything that was built
	rm -rf a.out build clients/client

setup: ## install the tools that are missing
	@tools/setup
