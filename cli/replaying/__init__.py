"""`dunning replay`: would this build decide for every case as the build before did?"""
