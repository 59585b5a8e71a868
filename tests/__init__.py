"""The tests mirror the folders of the house; each one is a sentence about the business."""
