"""A program that makes one system call at a time, when it is told to. ptrace(2), Linux on x86-64."""

import ctypes
import os
import signal

TRACEME, CONT_TO_CALL, SETOPTIONS, CALL_INFO = 0, 24, 0x4200, 0x420E
SYSGOOD, EXITKILL = 1, 0x100000
BEGIN_ANEW = -512  # ERESTARTSYS, which only a tracer sees
NUMBERS = {"read": 0, "write": 1, "close": 3, "rt_sigaction": 13, "pause": 34, "socket": 41, "connect": 42,
           "accept": 43, "bind": 49, "listen": 50, "setsockopt": 54, "exit_group": 231}
libc = ctypes.CDLL(None, use_errno=True)


class CallInfo(ctypes.Structure):
    """What ptrace(2) calls struct ptrace_syscall_info."""

    _fields_ = [("op", ctypes.c_uint8), ("pad", ctypes.c_uint8 * 3), ("arch", ctypes.c_uint32), ("ip", ctypes.c_uint64),
                ("sp", ctypes.c_uint64), ("value", ctypes.c_int64), ("more", ctypes.c_uint64 * 7)]


def ptrace(request, pid, address=0, data=0):
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, pid, address, data) == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), f"ptrace {request}")


class Puppet:
    """A child process, stopped between its calls."""

    def __init__(self, command):
        self.pid = os.fork()
        if self.pid == 0:
            for number in (0, 1, 2):
                os.dup2(os.open("/dev/null", os.O_RDWR), number)
            os.closerange(3, 1024)
            ptrace(TRACEME, 0)
            os.execv(command[0], command)
        os.waitpid(self.pid, 0)
        ptrace(SETOPTIONS, self.pid, 0, SYSGOOD | EXITKILL)
        self.held = False
        self.own = False  # has it come to its first socket?

    def go(self):
        ptrace(CONT_TO_CALL, self.pid)

    def stopped(self):
        """Waits for the next stop. Out: the call's info, None when the program has ended."""
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            return None
        info = CallInfo()
        ptrace(CALL_INFO, self.pid, ctypes.sizeof(info), ctypes.addressof(info))
        return info

    def begin(self, name):
        """Lets it go until it is about to make this call, and into it. Any other call of NUMBERS is an error."""
        while True:
            self.go()
            info = self.stopped()
            if info is None or info.op != 1:
                continue
            if info.value == NUMBERS[name]:
                self.own = True
                self.go()
                return
            if self.own and info.value in NUMBERS.values():
                raise AssertionError(f"expected {name}, the program makes call number {info.value}")

    def hold(self):
        """Stops it in the call that it waits in, before it takes what comes. The kernel begins such a call anew."""
        os.kill(self.pid, signal.SIGSTOP)
        if self.stopped().value != BEGIN_ANEW:
            raise AssertionError("the call had already returned")
        self.held = True

    def finish(self):
        """Waits for the answer to the call. Out: its value, None where the program has ended."""
        if self.held:
            self.held = False
            for stop in (0, 1):  # the signal, which is dropped, and the call's new beginning
                self.go()
                if self.stopped().op != stop:
                    raise AssertionError("the call does not begin anew")
            self.go()
        info = self.stopped()
        return info.value if info else None

    def asleep_in(self):
        """The number of the call that it sleeps in, or None. proc(5)"""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            if file.read().rpartition(")")[2].split()[0] != "S":
                return None
        with open(f"/proc/{self.pid}/syscall", encoding="ascii") as file:
            first = file.read().split()[0]
        return int(first) if first.isdigit() else None

    def end(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
