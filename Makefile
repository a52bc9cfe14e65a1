# What one types here. A plain "make" lists an attendee's commands, "make maintain" the rest: the
# lines with two hashes behind the target. The programs in tools/ and devel/ do the work.
# GNU make 3.81 or newer.

ifeq ($(origin CC),default)
CC = cc
endif
CFLAGS = -Wall -Wextra
SHELL = /bin/sh

folders := $(sort $(wildcard step[0-9][0-9]-*)) $(sort $(wildcard beyond/step[0-9][0-9]-*))
number = $(firstword $(subst -, ,$(notdir $(1))))
STEP = 05
# The step that the user has named, if any.
STEP_WANTED := $(if $(filter command line environment,$(origin STEP)),$(STEP))
# Not from the environment: WSL puts the machine's name there.
NAME_WANTED := $(if $(filter command line,$(origin NAME)),$(NAME))
# A text as one word for the shell.
quoted = '$(subst ','\'',$(1))'
# The tools are named to their interpreters: an archive may have lost the right to execute them.
# A build and a check install nothing: they name what is missing, and what installs it.
needs = @sh tools/setup --check
# A folder that is read-only, or root's after a sudo make, is told in one line.
writes = @bash -c '. tools/lib/workshop.bash && require_writable "$$@"' make
# The tool ends with its starter, which is noted first of all: make may be killed at once.
tool = @WORKSHOP_STARTER=$$$$:$$PPID CC=$(call quoted,$(CC)) MINE=$(call quoted,$(MINE)) \
	CHECK_STEP=$(call quoted,$(STEP_WANTED)) exec bash tools/$@
program = $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

.DEFAULT_GOAL = help
.PHONY: help maintain check hint watch trace page demo diff break riddle clients setup clean \
	test proofs lint transcripts figures lessons faults bench elsewhere FORCE

help:
	@bash tools/help

maintain:
	@bash tools/help maintain

#: The workshop | ワークショップ
check: ## how far your server.c has got (PROGRAM='python3 mine.py') ## 自分の server.c はどこまでできたか
hint: ## what to do about what was checked last ## 直前の確認の結果について、直し方を示す
watch: ## make check at every save, until Ctrl-C ## 保存のたびに確認する (Ctrl-C で終了)
check hint watch:
	$(needs) bash strace python3
	$(tool) $(program)

trace: ## your server under strace, each line explained ## strace の各行に説明を付けて実行する
page: ## every step's run as a page; your own: MINE=1 ## 各ステップの動きを再生 (自分のは MINE=1)
trace page:
	$(needs) bash python3 $(if $(PROGRAM)$(MINE)$(filter trace,$@),$(firstword $(CC)) strace)
	$(tool) $(program)

demo: ## the last step's server beside a client (STEP=03) ## 完成版を動かし、クライアントをつなぐ
	@sh tools/setup bash $(firstword $(CC)) strace python3
	$(tool) $(if $(STEP_WANTED),$(call quoted,$(STEP_WANTED)))

diff: ## what a step adds to the one before (STEP=04) ## そのステップで増える行 (STEP=04)
	$(needs) bash diff sed
	$(tool) $(call quoted,$(STEP))

break: ## a step with one thing changed (NAME=backlog) ## 1 か所だけ変えたステップ (NAME=backlog)
riddle: ## a server with a mistake to find (NAME=12) ## 間違い探し (NAME=12)
break riddle:
	$(needs) bash python3 $(firstword $(CC))
	$(tool) $(if $(NAME_WANTED),$(call quoted,$(NAME_WANTED)))

clients: clients/client ## build the C client ## C のクライアントをビルドする

test: ## run every test (STEP=03: that step's) ## テストを実行する (STEP=03: そのステップのみ)
	@sh tools/setup
	@exec bash tests/run $(if $(STEP_WANTED),$(call quoted,$(STEP_WANTED)),tests)

setup: ## install the tools that are missing ## 足りないツールをインストールする
	@sh tools/setup

clean: ## remove everything that was built ## ビルドしたものをすべて消す
	rm -rf a.out build clients/client

#: Whoever keeps the course true | 教材を保守する人
proofs: ## are pages, screens, transcripts, figures as a real run shows them? ## 実際の動作と照合する
	@sh tools/setup
	@exec bash tests/run devel

lint: ## scripts, formatting, warnings, analyzers, the budget ## スクリプト、整形、警告、行数の上限
	@sh tools/setup bash cc shellcheck clang clang-format gcc clang-tidy cppcheck pyflakes3 ruby
	@bash devel/lint/lint

transcripts: ## record every server.strace and client.strace anew ## strace の記録を取り直す
	@sh tools/setup
	@python3 devel/recording/record $(folders)

figures: ## draw the figures anew ## 図を描き直す
	@python3 devel/figures/figures

lessons: ## carry out every experiment, and fill the lessons ## 実験を行い、ページに書き込む
	@sh tools/setup
	@python3 devel/lessons/lessons write

faults: ## have strace make each call fail, and judge the servers ## システムコールを失敗させて調べる
	@sh tools/setup
	@python3 devel/faults/faults

bench: ## what a connection costs ## 接続 1 件のコストを測る
	@sh tools/setup
	@bash devel/bench/bench

elsewhere: ## the steps with clang and musl, for i386 and aarch64 ## clang、musl、i386、aarch64
	@sh tools/setup clang musl-gcc i686-linux-gnu-gcc aarch64-linux-gnu-gcc qemu-i386 qemu-aarch64
	@bash devel/systems/elsewhere

# C libraries before glibc 2.34 have threads in a library of their own.
threads = $(if $(findstring thread,$(1)), -pthread)

# step03: builds that step into ./a.out. Tools and tests have their copies in build/.
define step_rule
.PHONY: $(call number,$(1))
$(call number,$(1)):
	$$(needs) bash $$(firstword $$(CC))
	$$(writes) a.out
	$$(CC) $$(CFLAGS) -o a.out $(1)/server.c$(call threads,$(1))
build/$(notdir $(1)): $(1)/server.c $(wildcard $(dir $(1))*.h) | build
	$$(CC) $$(CFLAGS) -o $$@ $$<$(call threads,$(1))
endef
$(foreach folder,$(folders),$(eval $(call step_rule,$(folder))))

no_step = $(error $(shell bash tools/help $(call quoted,$@)))
step%: FORCE
	$(no_step)

# Without this, make would look for a step.o to build "step" from.
step: FORCE
	$(no_step)

FORCE:

clients/client: clients/client.c
	$(needs) bash $(firstword $(CC))
	$(writes) $@
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/hostile: devel/hostile/hostile.c | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

build:
	mkdir -p $@
