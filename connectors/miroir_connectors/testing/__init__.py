"""What our connectors keep, and what they are tried against.

`conformance` has one module of contracts per plugin, run by `miroir plugins check`
wherever Miroir is installed with its tests (`pip install 'miroir[testing]'`);
`doubles` are processes that stand for systems that nobody can install; `services`
starts real servers of its own (OpenSSH, Dovecot, Swift), where they are installed.
"""
