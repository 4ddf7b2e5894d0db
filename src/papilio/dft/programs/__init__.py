"""
Programs that run beside papilio, in the Python of an engine.

papilio starts them as processes of their own and talks to them through files alone: GPAW is under
the GPL, papilio is not, and neither needs the other's packages. Nothing here imports papilio, and
papilio imports nothing from here.
"""
