"""gradviz beside its peers, in one run: ``python -m benchmarks``.

Each measurement runs gradviz and the peer in turn, so that whatever else the machine does meets both. What is printed
are medians and their ratios, with the target beside each ratio. Nothing here is a test: times depend on the machine.
"""
